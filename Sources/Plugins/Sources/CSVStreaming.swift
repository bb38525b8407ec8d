import EspalierFormats
import EspalierProtocols

/// Opens a table that does not fit into memory: one pass finds where rows are, looks at every field, and
/// learns targets and categories; the rows are parsed when they are read.
struct CSVStreaming {
  let source: CSVSource
  let file: MappedFile
  let columns: CSVColumns
  let context: SourceContext
  private let cells: CSVCells

  init(source: CSVSource, file: MappedFile, columns: CSVColumns, context: SourceContext) {
    self.source = source
    self.file = file
    self.columns = columns
    self.context = context
    cells = CSVCells(source, columns)
  }

  /// - Parameter reader: stands before the first sample.
  func open(_ reader: CSVReader, _ cache: CSVIndexCache) throws -> any Dataset {
    var reader = reader
    let shape = try source.sampleShape(columns.features.count)
    let entry = cache.entry(for: file, source, context)
    if let known = entry?.load(), fits(known) {
      let categories = CSVCategories(levels: known.levels, count: columns.features.count)
      return table(known, categories, reader.separator, shape)
    }
    var categories = try CSVCategories(source, reader, columns, context)
    var index = CSVIndex()
    var targets = columns.targets.map { _ in TargetCodes() }
    try pass(&reader, &index, &categories, &targets)
    guard index.count > 0 else { throw cells.emptiness(reader) }
    index.isPlain = reader.isPlain
    index.levels = categories.settle()
    let places = table(index, categories, reader.separator, shape)
    (index.target, index.targets) = try learn(&targets) { sample, column in
      let line = try places.line(of: sample)
      return "\(file.path): line \(line), column `\(columns.names[column])`"
    }
    entry?.save(index)
    return table(index, categories, reader.separator, shape)
  }

  private func table(
    _ index: CSVIndex, _ categories: CSVCategories, _ separator: UInt8, _ shape: Shape
  ) -> StreamedTable {
    StreamedTable(
      description: DataDescription(
        sampleShape: shape, featureNames: columns.featureNames, categories: index.levels,
        target: index.target),
      index: index, file: file, separator: separator, cells: cells, categories: categories,
      // Only what is split needs groups.
      group: context.expected == nil ? columns.group : nil)
  }

  /// Whether an index that was kept is one of such a table.
  private func fits(_ index: CSVIndex) -> Bool {
    index.targets.count == index.count * index.target.width
      && (index.target.width == 0 || index.target.width == columns.targets.count)
      && (columns.weight == nil ? index.weights == nil : index.weights?.count == index.count)
      && index.levels.keys.allSatisfy(columns.features.indices.contains)
      && index.offsets.count == (index.count + index.rowsPerMark - 1) / index.rowsPerMark
      && index.offsets.last.map { $0 < file.bytes.count } ?? false
      && zip(index.offsets, index.offsets.dropFirst()).allSatisfy(<)
  }

  /// Looks at every field, as a table that is read into memory has them looked at.
  private func pass(
    _ reader: inout CSVReader, _ index: inout CSVIndex, _ categories: inout CSVCategories,
    _ targets: inout [TargetCodes]
  ) throws {
    let width = columns.names.count
    index.rowsPerMark = rowsPerMark(reader)
    if columns.weight != nil { index.weights = [] }
    var place = reader.place
    while try reader.next() {
      guard reader.count == width else { throw cells.lengthProblem(reader) }
      if index.count % index.rowsPerMark == 0 {
        index.offsets.append(UInt64(place.offset))
        index.lines.append(UInt64(place.line))
      }
      for (feature, column) in columns.features.enumerated() {
        if categories.contains(feature) {
          if cells.isMissing(reader, column) {
            index.hasMissingFeatures = true
          } else if try categories.code(reader, feature, column, columns).isNaN {
            index.hasMissingFeatures = true
          }
        } else if cells.number(reader, column) == nil {
          guard cells.isMissing(reader, column) else { throw cells.problem(reader, column) }
          index.hasMissingFeatures = true
        }
      }
      for (number, column) in columns.targets.enumerated() {
        if let value = cells.number(reader, column) {
          targets[number].append(value)
        } else if cells.isMissing(reader, column) {
          targets[number].appendMissing()
        } else {
          targets[number].append(CSVReader.trimmed(reader.text(column)))
        }
      }
      if let column = columns.weight { index.weights?.append(try cells.weight(reader, column)) }
      index.count += 1
      place = reader.place
    }
  }

  /// As many as take the bytes between two marks, by the first records.
  private func rowsPerMark(_ reader: CSVReader) -> Int {
    var first = reader
    let start = first.place.offset
    var rows = 0
    while first.place.offset - start < 1 << 18, (try? first.next()) == true { rows += 1 }
    return max(1, CSVIndex.markedBytes * rows / max(first.place.offset - start, 1))
  }

  /// Makes classes or values of the target columns.
  private func learn(
    _ found: inout [TargetCodes], place: (_ sample: Int, _ column: Int) throws -> String
  ) throws -> (TargetDescription, [Float]) {
    guard let first = found.first else { return (.none, []) }
    let asClasses =
      switch context.expected?.target {
      case .classes: true
      case .values: false
      case .some(.none), nil:
        source.task == .classification
          || source.task == .auto && found.count == 1 && first.lookLikeClasses
      }
    if asClasses {
      guard found.count == 1 else {
        throw PluginError("classes are in one column, not in \(found.count)", parameter: "target")
      }
      var expected: [String]?
      if case .classes(let names)? = context.expected?.target { expected = names }
      do {
        let names = try found[0].takeClasses(expected: expected) {
          try place($0, columns.targets[0])
        }
        return (.classes(names), found[0].cells)
      } catch  where columns.targetIsGuess {
        return (.none, [])
      }
    }
    for (part, column) in zip(found, columns.targets) {
      guard let text = part.firstText else { continue }
      if columns.targetIsGuess { return (.none, []) }
      throw PluginError(
        try place(text.sample, column) + ": `\(text.text)` is no number, which regression needs")
    }
    for column in found.indices { found[column].takeValues() }
    let names = columns.targets.map { columns.names[$0] }
    guard found.count > 1 else { return (.values(names), found[0].cells) }
    let count = found[0].cells.count
    var values: [Float] = []
    values.reserveCapacity(count * found.count)
    for row in 0..<count { for column in found { values.append(column.cells[row]) } }
    return (.values(names), values)
  }
}
