import EspalierProtocols

/// Checks that a cleaner, selector, normalizer or projection gives the same numbers when its fitted state
/// is restored.
///
/// Also: it gives each sample the same however many it is given at once; it changes neither its input
/// nor memory beyond its output; where it promises a way back, the way back leads there. Its
/// description reads again as a config. Where it can be recorded, for exports, the recording computes the
/// same. What a cleaner leaves out it leaves out again.
///
/// - Parameter shapes: of the samples that are tried, all of which it must accept; unless given, rows
///   of features and images, of which it must accept one; for cleaners also a table with a category,
///   missing values and samples that come twice.
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkRoundTrip(of plugin: some FittedPlugin, shapes: [Shape]? = nil) throws {
  try validated(plugin)
  try checkConfigRoundTrip(plugin)
  var usual = [FittingSamples([6]), FittingSamples([2, 3, 3])]
  if plugin is any Cleaner { usual.append(.untidy) }
  let taken =
    try shapes?.map { FittingSamples($0) }
    ?? accepted(usual, by: plugin.pluginName) { _ = try plugin.fit($0.training()) }
  for samples in taken {
    try checking(plugin.pluginName, "for samples \(samples.shape)") {
      try TransformTrial(plugin, samples).check()
      if let cleaner = plugin as? any Cleaner { try checkExclusions(of: cleaner, samples) }
    }
  }
}

/// What is left out must be samples that there are, in their order, and the same when asked again.
private func checkExclusions(of cleaner: any Cleaner, _ samples: FittingSamples) throws {
  let dataset = try samples.dataset()
  let source = SourceSamples(dataset, rows: Array(0..<samples.count))
  let training = try samples.training()
  let transform = try cleaner.fit(training)
  let trials: [(String, () throws -> Exclusion)] = [
    ("before the split", { try cleaner.exclusion(from: source, beside: nil) }),
    ("beside training samples", { try cleaner.exclusion(from: source, beside: source) }),
    ("after fitting", { try cleaner.exclusion(from: training, fitted: transform) }),
  ]
  for (part, trial) in trials {
    let found = try trial().samples
    guard found.allSatisfy((0..<samples.count).contains),
      zip(found, found.dropFirst()).allSatisfy(<)
    else {
      throw ConformanceFailure(
        cleaner.pluginName,
        "leaves out \(found) \(part); numbers of \(samples.count) samples must ascend")
    }
    guard try trial().samples == found else {
      throw ConformanceFailure(cleaner.pluginName, "leaves out others \(part) when asked again")
    }
  }
}

/// Samples whose features differ in place and scale, as those of a table do.
private struct FittingSamples {
  let shape: Shape
  let count = 40
  private(set) var values: [Float]
  private var categories: [Int: [String]] = [:]

  /// A table with a category, missing values, a far-off value and a sample that comes twice.
  static var untidy: FittingSamples {
    var samples = FittingSamples([6])
    let width = 6
    samples.categories = [1: ["blue", "green", "red"]]
    for row in 0..<samples.count { samples.values[row * width + 1] = Float(row % 3) }
    for (row, feature) in [(2, 0), (5, 3), (5, 4), (9, 1), (30, 0)] {
      samples.values[row * width + feature] = .nan
    }
    samples.values[7 * width + 4] = 1000
    let copied = samples.values[8 * width..<9 * width]
    samples.values.replaceSubrange(11 * width..<12 * width, with: copied)
    return samples
  }

  init(_ shape: Shape) {
    self.shape = shape
    let size = shape.count
    var random = CounterRandom(seed: 4, stream: "conformance")
    values = (0..<count).flatMap { _ -> [Float] in
      let shared = random.normal()
      return (0..<size).map { place in
        let scale = Float(place % 4 + 1)
        return scale * (random.normal() + 0.5 * shared) + 2 + Float(place % 3)
      }
    }
  }

  func dataset() throws -> ArrayDataset {
    let targets = (0..<count).map { Float($0 % 3) }
    let names = shape.rank == 1 ? (0..<shape.count).map { "feature_\($0)" } : []
    return try ArrayDataset(
      DataDescription(
        sampleShape: shape, featureNames: names, categories: categories,
        target: .classes(["a", "b", "c"])), features: values, targets: targets)
  }

  func training() throws -> TrainingSamples {
    TrainingSamples(try dataset(), rows: Array(0..<count))
  }
}

private struct TransformTrial {
  let plugin: any FittedPlugin
  let samples: FittingSamples
  private let mark: Float = 4321.5
  private let guards = 16

  init(_ plugin: any FittedPlugin, _ samples: FittingSamples) {
    self.plugin = plugin
    self.samples = samples
  }

  func check() throws {
    let name = plugin.pluginName
    let fitted = try plugin.fit(samples.training())
    let first = try apply(fitted, samples.values, samples.count)
    for (entry, state) in fitted.state {
      if let place = state.values.firstIndex(where: { !$0.isFinite }) {
        throw ConformanceFailure(name, "the state \(entry)[\(place)] is \(state.values[place])")
      }
      guard state.shape.count == state.values.count else {
        throw ConformanceFailure(
          name, "the state \(entry) is \(state.shape) and has \(state.values.count) values")
      }
    }
    let restored = try plugin.restore(fitted.state, sampleShape: samples.shape)
    guard restored.outputShape == fitted.outputShape else {
      throw ConformanceFailure(
        name, "gives samples \(restored.outputShape) restored, \(fitted.outputShape) when fitted")
    }
    try expect(
      try apply(restored, samples.values, samples.count), first, "restored from its state")
    guard restored.state == fitted.state else {
      throw ConformanceFailure(name, "the state of what was restored is another")
    }
    try expect(
      try apply(plugin.fit(samples.training()), samples.values, samples.count), first,
      "fitted again")
    try checkPortions(fitted, first)
    try checkWayBack(fitted, first)
    try checkRecording(of: fitted, first)
  }

  private func apply(_ transform: any Transform, _ values: [Float], _ count: Int) throws -> [Float]
  {
    let size = count * transform.outputShape.count
    var input = values
    var output = [Float](repeating: mark, count: size + guards)
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer {
        transform.apply(
          UnsafeBufferPointer(input), count: count,
          to: UnsafeMutableBufferPointer(rebasing: $0[..<size]))
      }
    }
    guard input.map(\.bitPattern) == values.map(\.bitPattern) else {
      throw ConformanceFailure(plugin.pluginName, "changes the samples that it is given")
    }
    guard output[size...].allSatisfy({ $0 == mark }) else {
      throw ConformanceFailure(plugin.pluginName, "writes behind its output")
    }
    return Array(output[..<size])
  }

  private func expect(_ found: [Float], _ expected: [Float], _ part: String) throws {
    for (place, value) in expected.enumerated()
    where value.bitPattern != found[place].bitPattern {
      throw ConformanceFailure(
        plugin.pluginName, "number \(place) is \(found[place]), not \(value), when \(part)")
    }
  }

  /// Sums may be taken in another order for several samples at once, no more than that.
  private func checkPortions(_ transform: any Transform, _ whole: [Float]) throws {
    let (size, width) = (samples.shape.count, transform.outputShape.count)
    let largest = whole.lazy.map(\.magnitude).filter { !$0.isNaN }.max() ?? 1
    for row in 0..<samples.count {
      let part = Array(samples.values[row * size..<(row + 1) * size])
      let alone = try apply(transform, part, 1)
      for place in 0..<width {
        let (a, b) = (alone[place], whole[row * width + place])
        guard a.isNaN && b.isNaN || (a - b).magnitude <= 1e-5 * max(largest, 1) else {
          throw ConformanceFailure(
            plugin.pluginName,
            "number \(place) of sample \(row) is \(a) alone, \(b) among all: a sample's numbers "
              + "depend on that sample")
        }
      }
    }
  }

  private func checkWayBack(_ transform: any Transform, _ whole: [Float]) throws {
    var values = whole
    let hasWayBack = values.withUnsafeMutableBufferPointer {
      transform.invert($0, count: samples.count)
    }
    guard hasWayBack else { return try expect(values, whole, "there is no way back") }
    let largest = samples.values.map(\.magnitude).max() ?? 1
    for (place, value) in samples.values.enumerated() {
      guard (values[place] - value).magnitude <= 1e-3 * largest else {
        throw ConformanceFailure(
          plugin.pluginName,
          "number \(place) comes back as \(values[place]), it was \(value)")
      }
    }
  }

  private func checkRecording(of transform: any Transform, _ whole: [Float]) throws {
    let name = plugin.pluginName
    if let result = try recording(samples.shape, samples.values, transform.recorded) {
      guard result.shape == Shape([samples.count] + transform.outputShape.dimensions) else {
        throw ConformanceFailure(name, "is recorded with the shape \(result.shape)")
      }
      try expectSame(result.values, whole, "recorded")
    }
    var back = whole
    let hasWayBack = back.withUnsafeMutableBufferPointer {
      transform.invert($0, count: samples.count)
    }
    guard let result = try recording(transform.outputShape, whole, transform.recordedInverse)
    else { return }
    guard hasWayBack else {
      throw ConformanceFailure(name, "records a way back, though there is none")
    }
    try expectSame(result.values, back, "on the way back, recorded")
  }

  /// What a recording computes; `nil` where there is none.
  private func recording(
    _ shape: Shape, _ values: [Float], _ record: (Tensor) -> Tensor?
  ) throws -> Evaluation.Array? {
    let batch = Shape([samples.count] + shape.dimensions)
    guard record(Recorder(isTraining: false).input("samples", batch)) != nil else { return nil }
    return try Evaluation.run(
      inputs: ["samples": Evaluation.Array(batch, values.map { Double($0) })],
      settings: .init(isTraining: false)
    ) { _, inputs in ["result": record(inputs["samples"]!)!] }["result"]
  }

  /// To the accuracy of single precision.
  private func expectSame(_ found: [Double], _ expected: [Float], _ part: String) throws {
    let largest = expected.lazy.map(\.magnitude).filter { !$0.isNaN }.max() ?? 1
    for (place, value) in expected.enumerated() {
      let other = found[place]
      guard
        other.isNaN && value.isNaN
          || (other - Double(value)).magnitude <= 1e-5 * Double(max(largest, 1))
      else {
        throw ConformanceFailure(
          plugin.pluginName, "number \(place) is \(other) \(part), not \(value)")
      }
    }
  }
}
