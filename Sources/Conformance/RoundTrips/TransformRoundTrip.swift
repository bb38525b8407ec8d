import EspalierProtocols

/// Checks that a normalizer or projection gives the same numbers when its fitted state is restored.
///
/// Also: it gives each sample the same however many it is given at once; it changes neither its input
/// nor memory beyond its output; where it promises a way back, the way back leads there. Its
/// description reads again as a config.
///
/// - Parameter shapes: of the samples that are tried, all of which it must accept; unless given, rows
///   of features and images, of which it must accept one.
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkRoundTrip(of plugin: some FittedPlugin, shapes: [Shape]? = nil) throws {
  try validated(plugin)
  try checkConfigRoundTrip(plugin)
  let usual: [Shape] = [[6], [2, 3, 3]]
  let taken =
    try shapes
    ?? accepted(usual, by: plugin.pluginName) { _ = try plugin.fit(FittingSamples($0).training()) }
  for shape in taken {
    try checking(plugin.pluginName, "for samples \(shape)") {
      try TransformTrial(plugin, FittingSamples(shape)).check()
    }
  }
}

/// Samples whose features differ in place and scale, as those of a table do.
private struct FittingSamples {
  let shape: Shape
  let count = 40
  let values: [Float]

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

  func training() throws -> TrainingSamples {
    let targets = (0..<count).map { Float($0 % 3) }
    let data = try ArrayDataset(
      DataDescription(sampleShape: shape, target: .classes(["a", "b", "c"])), features: values,
      targets: targets)
    return TrainingSamples(data, rows: Array(0..<count))
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
    let largest = whole.map(\.magnitude).max() ?? 1
    for row in 0..<samples.count {
      let part = Array(samples.values[row * size..<(row + 1) * size])
      let alone = try apply(transform, part, 1)
      for place in 0..<width {
        let (a, b) = (alone[place], whole[row * width + place])
        guard (a - b).magnitude <= 1e-5 * max(largest, 1) else {
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
}
