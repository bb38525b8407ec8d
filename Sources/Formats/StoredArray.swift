/// An array as it lies in a file: converted and put into row-major order when it is read.
package struct StoredArray: Sendable {
  /// Where it lies.
  package let file: MappedFile
  package let start: Int
  package let type: ElementType
  package let shape: [Int]
  let bigEndian: Bool
  /// Whether the first axis varies fastest.
  package let columnMajor: Bool
  /// Numbers in all.
  package let count: Int
  /// Numbers along all axes but the first.
  package let rowCount: Int
  /// Whether values are copied from the file, not read through its map.
  private var isStreamed = false

  /// - Parameters:
  ///   - name: the file, or a member of it, in messages.
  ///   - range: the bytes that are there for the data.
  /// - Throws: ``FormatError`` when the shape wants another number of bytes.
  init(
    _ file: MappedFile, name: String, range: Range<Int>, type: ElementType, shape: [Int],
    bigEndian: Bool, columnMajor: Bool = false
  ) throws(FormatError) {
    let available = range.count
    guard let count = checkedCount(shape), let rowCount = checkedCount(Array(shape.dropFirst())),
      case (let bytes, let overflow) = count.multipliedReportingOverflow(by: type.size), !overflow
    else { throw FormatError(name, "the shape \(shape) is larger than any file") }
    guard bytes == available else {
      throw FormatError(
        name,
        "\(available) bytes of data, but \(count) \(type.rawValue) values of shape \(shape) take "
          + "\(bytes)")
    }
    self.file = file
    start = range.lowerBound
    self.type = type
    self.shape = shape
    self.bigEndian = bigEndian
    self.columnMajor = columnMajor && shape.count > 1
    self.count = count
    self.rowCount = rowCount
  }

  /// Entries along the first axis.
  package var rows: Int { shape.first ?? 1 }

  /// The same array, read without a trace in the process's memory: for files that are larger than it.
  ///
  /// One in column-major order, whose rows lie all over the file, and one that was unpacked stay as they are;
  /// ``rowMajor(in:)`` helps the first.
  package func streamed() -> StoredArray {
    var copy = self
    copy.isStreamed = file.isMapped && !columnMajor
    return copy
  }

  /// Bytes that are read at once.
  private static let block = 1 << 20

  /// Copies entries along the first axis.
  ///
  /// - Throws: ``FormatError`` when a streamed file cannot be read.
  package func read(
    rows: UnsafeBufferPointer<Int>, to output: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    guard isStreamed, rowCount > 0 else {
      for (place, row) in rows.enumerated() { read(row: row, to: output + place * rowCount) }
      return
    }
    let rowBytes = rowCount * type.size
    let room = max(rowBytes, min(Self.block, rows.count * rowBytes * 4))
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
    defer { buffer.deallocate() }
    var place = 0
    while place < rows.count {
      // Rows that lie close behind each other are read with what is between them.
      let first = rows[place]
      var next = place + 1
      while next < rows.count, rows[next] > rows[next - 1], rows[next] - rows[next - 1] <= 4,
        (rows[next] - first + 1) * rowBytes <= room
      { next += 1 }
      let end = rows[next - 1] + 1
      try file.copy(start + first * rowBytes..<start + end * rowBytes, to: buffer)
      for index in place..<next {
        type.convert(
          buffer + (rows[index] - first) * rowBytes, bigEndian: bigEndian,
          to: UnsafeMutableBufferPointer(start: output + index * rowCount, count: rowCount))
      }
      place = next
    }
  }

  /// All values in row-major order.
  ///
  /// - Throws: ``FormatError`` when a streamed file cannot be read.
  package func allValues() throws(FormatError) -> [Float] {
    guard isStreamed else { return values() }
    var result = [Float](repeating: 0, count: count)
    let portion = Self.block / type.size
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: Self.block, alignment: 16)
    defer { buffer.deallocate() }
    for first in stride(from: 0, to: count, by: portion) {
      let number = min(portion, count - first)
      let from = start + first * type.size
      try file.copy(from..<from + number * type.size, to: buffer)
      result.withUnsafeMutableBufferPointer {
        type.convert(
          buffer, bigEndian: bigEndian,
          to: UnsafeMutableBufferPointer(rebasing: $0[first..<first + number]))
      }
    }
    return result
  }

  /// All values in row-major order.
  package func values() -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      defer { initialized = count }
      guard count > 0 else { return }
      let output = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      if columnMajor {
        for row in 0..<rows { read(row: row, to: output.baseAddress! + row * rowCount) }
      } else {
        convert(at: 0, to: output)
      }
    }
  }

  /// Copies one entry along the first axis.
  package func read(row: Int, to output: UnsafeMutablePointer<Float>) {
    guard rowCount > 0 else { return }
    if !columnMajor {
      convert(
        at: row * rowCount, to: UnsafeMutableBufferPointer(start: output, count: rowCount))
      return
    }
    var index = [Int](repeating: 0, count: shape.count)
    index[0] = row
    for place in 0..<rowCount {
      var element = 0
      for axis in shape.indices.reversed() { element = element * shape[axis] + index[axis] }
      convert(at: element, to: UnsafeMutableBufferPointer(start: output + place, count: 1))
      var axis = shape.count - 1
      while axis > 0 {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
        axis -= 1
      }
    }
  }

  private func convert(at element: Int, to output: UnsafeMutableBufferPointer<Float>) {
    guard let base = file.bytes.baseAddress else { return }
    type.convert(base + start + element * type.size, bigEndian: bigEndian, to: output)
  }
}
