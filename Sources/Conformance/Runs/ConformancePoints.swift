import EspalierProtocols

/// The samples of the small runs: every class has a place of its own, or values follow from the
/// features; a little noise is added.
struct ConformancePoints: Source {
  static let manifest = Manifest(
    "conformance_points", "made-up samples of any shape, for the checks of plugins")

  @Parameter("shape of a sample", in: 1...) var shape: [Int] = [6]
  @Parameter("classes; 0 for values in place of classes", in: 0...) var classes: Int = 3
  @Parameter("values of a target where there are no classes", in: 1...) var values: Int = 1
  @Parameter("number of samples", in: 1...) var samples: Int = 56
  @Parameter("whether the first class has four of seven samples, the second two, the third one")
  var uneven: Bool = false

  init() {}
  init(
    _ target: TargetDescription = .classes(["a", "b", "c"]), shape: Shape = [6],
    uneven: Bool = false
  ) {
    self.uneven = uneven
    self.shape = shape.dimensions
    classes = target.task == .classification ? target.count : 0
    values = max(target.task == .regression ? target.count : 1, 1)
  }

  func open(_ context: SourceContext) throws -> any Dataset {
    let size = Shape(shape).count
    var random = CounterRandom(seed: context.seed, stream: "conformance_points")
    // A channel has a place of its own beside those of its pixels, so that a pool sees it too.
    let channel = shape.count > 1 ? size / shape[0] : 1
    var shared: Float = 0
    let places = (0..<max(classes, values) * size).map { element in
      if channel > 1, element % channel == 0 { shared = 2 * random.normal() }
      return shared + random.normal()
    }
    var features: [Float] = []
    var targets: [Float] = []
    for sample in 0..<samples {
      if classes > 0 {
        let which = uneven ? [0, 0, 0, 0, 1, 1, 2][sample % 7] : sample % classes
        features += (0..<size).map { places[which * size + $0] + 0.5 * random.normal() }
        targets.append(Float(which))
      } else {
        let x = (0..<size).map { _ in random.normal() }
        features += x
        targets += (0..<values).map { value in
          let sum = x.indices.reduce(Float(0)) { $0 + x[$1] * places[value * size + $1] }
          return sum / Float(size).squareRoot() + 0.1 * random.normal()
        }
      }
    }
    return try ArrayDataset(
      DataDescription(sampleShape: Shape(shape), target: target), features: features,
      targets: targets)
  }

  private var target: TargetDescription {
    classes > 0
      ? .classes((0..<classes).map { "c\($0)" }) : .values((0..<values).map { "v\($0)" })
  }
}
