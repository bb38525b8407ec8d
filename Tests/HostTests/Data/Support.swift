import EspalierHost
import EspalierProtocols
import Foundation

/// Samples whose numbers say which they are: sample s has features s, s + 0.25, … and target s mod 3.
func numbered(_ count: Int, shape: Shape = [3], target: TargetDescription? = nil) throws
  -> ArrayDataset
{
  let size = shape.count
  let target = target ?? .classes(["a", "b", "c"])
  return try ArrayDataset(
    DataDescription(sampleShape: shape, target: target),
    features: (0..<count * size).map { Float($0 / size) + Float($0 % size) / 4 },
    targets: (0..<count * target.width).map { Float($0 / target.width % 3) })
}

/// The same samples, as a source that is read on demand gives them.
struct OnDemand: Dataset {
  let base: ArrayDataset
  /// A sample that cannot be read.
  var broken: Int?
  var description: DataDescription { base.description }
  var count: Int { base.count }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    if let broken, rows.contains(broken) { throw PluginError("sample \(broken) is broken") }
    base.read(rows, features: features, targets: targets)
  }
  func allTargets() -> [Float] { base.targets }
}

extension Dataset {
  func everything() throws -> (features: [Float], targets: [Float]) {
    let rows = Array(0..<count)
    var features = [Float](repeating: .nan, count: count * description.sampleShape.count)
    var targets = [Float](repeating: .nan, count: count * description.target.width)
    try rows.withUnsafeBufferPointer { rows in
      try features.withUnsafeMutableBufferPointer { features in
        try targets.withUnsafeMutableBufferPointer { targets in
          try read(rows, features: features.baseAddress!, targets: targets.baseAddress)
        }
      }
    }
    return (features, targets)
  }
}

/// (x − mean) · factor: enough of a normalizer to see what is fitted to what.
struct Shifted: Normalizer {
  static let manifest = Manifest("shifted", "(x − mean) · factor")
  @Parameter("factor") var factor: Float = 1
  init() {}
  init(factor: Float) { self.factor = factor }

  func fit(_ samples: TrainingSamples) throws -> any Transform {
    var sum: Float = 0
    try samples.forEachChunk { _, values, _ in sum += values.reduce(0, +) }
    return Map(
      outputShape: samples.description.sampleShape,
      mean: sum / Float(samples.count * samples.width), factor: factor)
  }
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
    guard let mean = state["mean"]?.values.first else { throw PluginError("no mean") }
    return Map(outputShape: sampleShape, mean: mean, factor: factor)
  }

  struct Map: Transform {
    let outputShape: Shape
    let mean: Float
    let factor: Float
    var state: [String: TransformState] { ["mean": TransformState([1], [mean])] }
    func apply(
      _ input: UnsafeBufferPointer<Float>, count: Int,
      to output: UnsafeMutableBufferPointer<Float>
    ) {
      for place in 0..<count * outputShape.count { output[place] = (input[place] - mean) * factor }
    }
    func invert(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> Bool {
      for place in values.indices { values[place] = values[place] / factor + mean }
      return true
    }
  }
}

/// The sum of a sample's numbers.
struct Total: Projection {
  static let manifest = Manifest("total", "Σx")
  func fit(_ samples: TrainingSamples) -> any Transform { Map() }
  func restore(_ state: [String: TransformState], sampleShape: Shape) -> any Transform { Map() }
  struct Map: Transform {
    var outputShape: Shape { [1] }
    var state: [String: TransformState] { [:] }
    func apply(
      _ input: UnsafeBufferPointer<Float>, count: Int,
      to output: UnsafeMutableBufferPointer<Float>
    ) {
      let size = input.count / max(count, 1)
      for row in 0..<count {
        output[row] = input[row * size..<(row + 1) * size].reduce(0, +)
      }
    }
  }
}

/// Adds a random number to every feature.
struct Jitter: Augmentation {
  static let manifest = Manifest("jitter", "x + uniform")
  func check(_ shape: Shape) throws {
    if shape == [13] { throw PluginError("13 features bring bad luck") }
  }
  func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    for place in sample.indices { scratch[place] = random.uniform() }
    for place in sample.indices { sample[place] += scratch[place] }
  }
}

func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func complaint(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return ""
}
