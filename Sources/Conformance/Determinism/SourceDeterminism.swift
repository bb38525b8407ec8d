import EspalierProtocols

/// Checks that a source gives the same samples however it is asked.
///
/// Opened twice it has the same description, number and numbers. Rows come out the same one by one, in
/// any order, with and without their targets, and for several threads at once. Class numbers are whole
/// and within the classes; `allTargets` agrees with the rows.
///
/// - Parameters:
///   - folder: against which its paths are resolved.
///   - seed: the run's, for sources that make their data.
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkDeterminism(
  of source: some Source, folder: String = ".", seed: UInt64 = 1
) throws {
  try validated(source)
  let name = source.pluginName
  func fail(_ message: String) -> ConformanceFailure { ConformanceFailure(name, message) }
  try checking(name) {
    let context = SourceContext(folder: folder, seed: seed)
    let data = try source.open(context)
    let again = try source.open(context)
    guard data.count > 0 else { throw fail("has no samples") }
    guard data.count == again.count else {
      throw fail("has \(data.count) samples, opened again \(again.count)")
    }
    guard SampleReader(data).facts == SampleReader(again).facts else {
      throw fail(
        "says \(SampleReader(data).facts) of its samples, opened again \(SampleReader(again).facts)"
      )
    }
    let reader = SampleReader(data)
    // Enough to cross the ends of blocks, and few enough for a large file.
    let rows = Array(0..<min(data.count, 200))
    let whole = try reader.read(rows)
    try reader.checkTargets(whole.targets, name)

    func expectSame(_ found: SampleReader.Rows, _ order: [Int], _ part: String) throws {
      for (place, row) in order.enumerated() {
        guard found.sample(place).map(\.bitPattern) == whole.sample(row).map(\.bitPattern) else {
          throw fail("sample \(row) has other numbers \(part)")
        }
        guard found.target(place) == whole.target(row) else {
          throw fail(
            "the target of sample \(row) is \(found.target(place)), not \(whole.target(row)), \(part)"
          )
        }
      }
    }
    try expectSame(try SampleReader(again).read(rows), rows, "when opened again")
    try expectSame(try reader.read(rows.reversed()), rows.reversed(), "when read backwards")
    for row in rows.prefix(20) {
      try expectSame(try reader.read([row]), [row], "when read alone")
    }
    let twice = [rows.last!, 0, rows.last!]
    try expectSame(try reader.read(twice), twice, "when read twice in a batch")
    guard
      try reader.read(rows, targets: false).features.map(\.bitPattern)
        == whole.features.map(\.bitPattern)
    else { throw fail("samples have other numbers when read without targets") }
    for found in concurrently(6, { _ in try? reader.read(rows) }) {
      guard let found else { throw fail("cannot be read by several threads at once") }
      try expectSame(found, rows, "when several threads read at once")
    }
    let targets = try data.allTargets()
    let width = data.description.target.width
    guard targets.count == data.count * width else {
      throw fail("allTargets gives \(targets.count) numbers for \(data.count) samples of \(width)")
    }
    for row in rows where Array(targets[row * width..<(row + 1) * width]) != whole.target(row) {
      throw fail(
        "allTargets says \(Array(targets[row * width..<(row + 1) * width])) of sample \(row), its "
          + "row says \(whole.target(row))")
    }
  }
}

/// Reads rows of a data set.
private struct SampleReader: Sendable {
  let data: any Dataset
  init(_ data: any Dataset) { self.data = data }

  struct Rows: Sendable {
    let features: [Float]
    let targets: [Float]
    let size: Int
    let width: Int
    func sample(_ place: Int) -> [Float] { Array(features[place * size..<(place + 1) * size]) }
    func target(_ place: Int) -> [Float] { Array(targets[place * width..<(place + 1) * width]) }
  }

  var facts: String {
    let description = data.description
    return "\(description.sampleShape) \(description.featureNames) \(description.target)"
  }

  func read(_ rows: [Int], targets wanted: Bool = true) throws -> Rows {
    let size = data.description.sampleShape.count
    let width = wanted ? data.description.target.width : 0
    // One more, so that there is an address where there is nothing to read.
    var features = [Float](repeating: -77, count: rows.count * size + 1)
    var targets = [Float](repeating: -77, count: rows.count * width + 1)
    try rows.withUnsafeBufferPointer { rows in
      try features.withUnsafeMutableBufferPointer { features in
        try targets.withUnsafeMutableBufferPointer { targets in
          try data.read(
            rows, features: features.baseAddress!,
            targets: width > 0 ? targets.baseAddress! : nil)
        }
      }
    }
    guard features.last == -77, targets.last == -77 else {
      throw PluginError("reading \(rows.count) rows writes behind the room for them")
    }
    return Rows(
      features: Array(features.dropLast()), targets: Array(targets.dropLast()), size: size,
      width: width)
  }

  func checkTargets(_ targets: [Float], _ name: String) throws {
    guard case .classes(let names) = data.description.target else { return }
    for (row, value) in targets.enumerated() {
      guard value == value.rounded(), names.indices.contains(Int(value)) else {
        throw ConformanceFailure(
          name, "the target of sample \(row) is \(value), a number below \(names.count) is expected"
        )
      }
    }
  }
}
