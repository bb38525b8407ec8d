import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Made-up data for trying things out; the run's seed decides every number.
///
/// - `blobs`: `classes` normal clouds in `features` dimensions, their centres uniform in ±4 along each,
///   standard deviation 1; `noise` is added to each number.
/// - `moons`: two half circles of radius 1 in the plane, one turned and moved by (1, 0.5); two classes.
/// - `spirals`: `classes` arms in the plane that wind once around the origin, radius 0…1.
/// - `xor`: points uniform in ±1 in the plane; class 1 where the signs of the coordinates differ.
/// - `regression`: y = w·x of standard normal features x and weights w; `noise` is added to y.
///
/// `noise` is the standard deviation of a normal number added to every coordinate (to y in regression).
/// Classes are equally large up to one sample.
public struct Synthetic: Source {
  /// The shape of the data.
  public enum Kind: String, Choice, Sendable { case blobs, moons, spirals, xor, regression }

  public static let manifest = Manifest(
    "synthetic", "made-up samples: blobs, moons, spirals, xor or regression",
    sample: "synthetic: {kind: moons, samples: 400, noise: 0.1}")

  @Parameter("shape of the data") public var kind: Kind = .blobs
  @Parameter("number of samples", in: 1...100_000_000) public var samples: Int = 1000
  @Parameter("standard deviation of the noise", in: 0...) public var noise: Float = 0.1
  @Parameter("number of classes of blobs and spirals", in: 2...1000) public var classes: Int = 3
  @Parameter("number of features of blobs and regression", in: 1...100_000)
  public var features: Int = 2

  public init() {}

  public init(
    _ kind: Kind, samples: Int = 1000, noise: Float = 0.1, classes: Int = 3, features: Int = 2
  ) {
    self.kind = kind
    self.samples = samples
    self.noise = noise
    self.classes = classes
    self.features = features
  }

  public func validate() throws {
    guard samples.multipliedReportingOverflow(by: width).partialValue <= 1 << 31 else {
      throw PluginError(
        "\(samples) samples of \(width) features do not fit into memory", parameter: "samples")
    }
  }

  private var width: Int {
    switch kind {
    case .blobs, .regression: features
    case .moons, .spirals, .xor: 2
    }
  }

  public func open(_ context: SourceContext) throws -> any Dataset {
    let random = CounterRandom(seed: context.seed, stream: "synthetic.\(kind.rawValue)")
    // Centres or weights come first in the stream, samples have a sequence each.
    var shared = random.fork(0)
    let plan =
      switch kind {
      case .blobs:
        (0..<classes * width).map { _ in shared.uniform(in: -4..<4) }
      case .regression: (0..<width).map { _ in shared.normal() }
      default: [Float]()
      }
    var values: [Float] = []
    var targets: [Float] = []
    values.reserveCapacity(samples * width)
    targets.reserveCapacity(samples)
    for sample in 0..<samples {
      var own = random.fork(UInt64(sample) + 1)
      targets.append(append(sample, plan, &own, to: &values))
    }
    let count =
      switch kind {
      case .blobs, .spirals: classes
      default: 2
      }
    let target: TargetDescription =
      kind == .regression ? .values(["y"]) : .classes((0..<count).map(String.init))
    let description = DataDescription(
      sampleShape: [width], featureNames: (0..<width).map { "x\($0)" }, target: target)
    return try ArrayDataset(description, features: values, targets: targets)
  }

  /// Draws one sample; returns its target.
  private func append(
    _ sample: Int, _ plan: [Float], _ random: inout CounterRandom, to values: inout [Float]
  ) -> Float {
    let start = values.count
    let target: Float
    switch kind {
    case .blobs:
      let which = sample % classes
      for feature in 0..<width { values.append(plan[which * width + feature] + random.normal()) }
      target = Float(which)
    case .moons:
      let angle = Float.pi * random.uniform()
      let upper = sample % 2 == 0
      values.append(upper ? cosf(angle) : 1 - cosf(angle))
      values.append(upper ? sinf(angle) : 0.5 - sinf(angle))
      target = upper ? 0 : 1
    case .spirals:
      let which = sample % classes
      let radius = random.uniform()
      let angle = 2 * Float.pi * (radius + Float(which) / Float(classes))
      values.append(radius * cosf(angle))
      values.append(radius * sinf(angle))
      target = Float(which)
    case .xor:
      let x = (random.uniform(), random.uniform())
      let signs: (Float, Float) = [(1, 1), (1, -1), (-1, -1), (-1, 1)][sample % 4]
      values.append(x.0 * signs.0)
      values.append(x.1 * signs.1)
      target = signs.0 == signs.1 ? 0 : 1
    case .regression:
      var y: Float = 0
      for feature in 0..<width {
        let x = random.normal()
        values.append(x)
        y += plan[feature] * x
      }
      return y + noise * random.normal()
    }
    if noise > 0 {
      for place in start..<values.count { values[place] += noise * random.normal() }
    }
    return target
  }
}
