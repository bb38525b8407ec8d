import EspalierFormats
import EspalierProtocols

/// The rows of a table that stay in their file: each is parsed whenever it is read.
struct StreamedTable: KnowsMissingFeatures {
  let description: DataDescription
  let index: CSVIndex
  let file: MappedFile
  let separator: UInt8
  let cells: CSVCells
  let categories: CSVCategories
  /// The column that says which samples belong together.
  let group: Int?

  var count: Int { index.count }
  var hasMissingFeatures: Bool? { index.hasMissingFeatures }
  func allTargets() -> [Float] { index.targets }
  func allWeights() -> [Float]? { index.weights }

  func allGroups() throws -> [Int]? {
    guard let group else { return nil }
    var groups: [Int] = []
    groups.reserveCapacity(count)
    var groupOf = GroupNumbers()
    do {
      for start in stride(from: 0, to: count, by: 4096) {
        try Array(start..<min(start + 4096, count)).withUnsafeBufferPointer { rows in
          try forEachRecord(rows) { _, reader in
            groups.append(groupOf.number(try cells.group(reader, group)))
          }
        }
      }
    } catch let error as FormatError { throw PluginError(error.description, parameter: "path") }
    return groups
  }

  /// Text that is read at once where rows follow each other.
  private static let block = 1 << 20

  func place(of sample: Int) -> String? {
    guard let line = try? line(of: sample) else { return nil }
    return "\(file.path): line \(line)"
  }

  /// The line on which a sample begins, from 1.
  func line(of sample: Int) throws -> Int {
    var line = 0
    try withUnsafeTemporaryAllocation(of: Int.self, capacity: 1) { row in
      row[0] = sample
      try forEachRecord(UnsafeBufferPointer(row)) { _, reader in line = reader.line }
    }
    return line
  }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    let columns = cells.columns.features
    do {
      try forEachRecord(rows) { place, reader in
        guard reader.count == cells.columns.names.count else { throw cells.lengthProblem(reader) }
        var next = features + place * columns.count
        for (feature, column) in columns.enumerated() {
          if categories.contains(feature) {
            next.pointee =
              cells.isMissing(reader, column) ? .nan : categories.level(reader, feature, column)
          } else if let number = cells.number(reader, column) {
            next.pointee = Float(number)
          } else if cells.isMissing(reader, column) {
            next.pointee = .nan
          } else {
            throw cells.problem(reader, column)
          }
          next += 1
        }
      }
    } catch let error as FormatError { throw PluginError(error.description, parameter: "path") }
    let width = description.target.width
    guard let targets, width > 0 else { return }
    index.targets.withUnsafeBufferPointer { all in
      for (place, row) in rows.enumerated() {
        for part in 0..<width { targets[place * width + part] = all[row * width + part] }
      }
    }
  }

  /// Calls with the place of each row in the list, and a reader that has it as its record.
  private func forEachRecord(
    _ rows: UnsafeBufferPointer<Int>, _ body: (Int, CSVReader) throws -> Void
  ) throws {
    let perMark = index.rowsPerMark
    var buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 4 * CSVIndex.markedBytes, alignment: 16)
    defer { buffer.deallocate() }
    var reader = CSVReader(
      records: UnsafeRawBufferPointer(start: nil, count: 0), file: file.path,
      separator: separator, line: 1)
    var place = 0
    while place < rows.count {
      // Rows that lie close behind each other are read with what is between them.
      let first = rows[place] / perMark
      var (last, end) = (first, place + 1)
      while end < rows.count, rows[end] > rows[end - 1] {
        let mark = rows[end] / perMark
        guard mark <= last + 1,
          index.range(ofMarks: first..<mark + 1, fileSize: file.bytes.count).count <= Self.block
        else { break }
        (last, end) = (mark, end + 1)
      }
      let range = index.range(ofMarks: first..<last + 1, fileSize: file.bytes.count)
      if buffer.count < range.count {
        buffer.deallocate()
        buffer = .allocate(byteCount: range.count, alignment: 16)
      }
      try file.copy(range, to: buffer.baseAddress!)
      reader.move(
        to: UnsafeRawBufferPointer(rebasing: buffer[..<range.count]),
        line: Int(index.lines[first]))
      var next = first * perMark
      while place < end {
        if index.isPlain {
          reader.skipLines(rows[place] - next)
        } else {
          for _ in next..<rows[place] { _ = try reader.next() }
        }
        guard try reader.next() else {
          throw FormatError(
            file.path, "has changed while it was read: sample \(rows[place]) is gone")
        }
        next = rows[place] + 1
        try body(place, reader)
        place += 1
      }
    }
  }
}
