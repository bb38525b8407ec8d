import EspalierProtocols

/// A training sample of class c counts p(c) / q(c): its class's share in the test split, estimated, over its
/// share in training.
///
/// A classifier of its own, a linear discriminant, predicts classes for the inputs of the test split and for
/// the validation split. From its confusions there, C[i, j] = P(prediction i | class j), and the shares μ of
/// its predictions on the test inputs, p solves C·p = μ; shares below zero become zero. It holds where the
/// classes look alike in both and only their shares differ. It reads the inputs of the test split, never
/// their targets, and the summary of the run says so.
public struct LabelShift: Balancer {
  public static let manifest = Manifest(
    "label_shift",
    "weight p(class) / q(class), p the classes' shares in the test split, from confusions·p = predictions",
    paper: "Lipton, Wang and Smola, 2018", sample: "label_shift")

  @Parameter("the most that a sample counts", in: Bounds.positive) public var clip: Double = 100

  public init() {}
  public init(clip: Double) { self.clip = clip }

  public var usesTestInputs: Bool { true }

  public func balance(_ samples: BalancingSamples) throws -> Balance {
    guard let test = samples.testInputs else {
      throw PluginError("there is no test split whose inputs it could look at")
    }
    guard let validation = samples.validation else {
      throw PluginError(
        "it learns which classes are taken for each other from the validation split, and there is none",
        remedy: "set `data.split.validation` or `data.validation_source`")
    }
    let classes = try samples.classes()
    let names = samples.training.description.target.names
    let classifier = try LinearDiscriminant(samples.training, classes, count: names.count)
    let weights = try Self.weights(
      labels: BalancingSamples.classes(of: validation),
      predictions: classifier.predictions(for: validation),
      onTest: classifier.predictions(for: test), training: classes, names: names)
    return Balance(weights: classes.map { Float(min(weights[$0], clip)) })
  }

  /// The weight of each class.
  ///
  /// - Parameters:
  ///   - labels: true classes of validation samples.
  ///   - predictions: what a classifier says of them.
  ///   - onTest: what it says of the test inputs.
  ///   - training: classes of the training samples.
  package static func weights(
    labels: [Int], predictions: [Int], onTest: [Int], training: [Int], names: [String]
  ) throws -> [Double] {
    let k = names.count
    var confusion = [Double](repeating: 0, count: k * k)
    var rows = [Double](repeating: 0, count: k)
    for label in labels { rows[label] += 1 }
    if let missing = rows.firstIndex(of: 0) {
      throw PluginError(
        "no validation sample is `\(names[missing])`, so what it is taken for is unknown",
        remedy: "stratify the split, or keep more for validation")
    }
    for (label, prediction) in zip(labels, predictions) {
      confusion[prediction * k + label] += 1 / rows[label]
    }
    var shares = [Double](repeating: 0, count: k)
    for prediction in onTest { shares[prediction] += 1 / Double(onTest.count) }
    guard let solved = solve(confusion, shares) else {
      throw PluginError(
        "its classifier takes classes for each other so much that their shares cannot be told",
        remedy: "use `covariate_shift`, or better features")
    }
    var frequencies = [Double](repeating: 0, count: k)
    for label in training { frequencies[label] += 1 / Double(training.count) }
    return zip(solved, frequencies).map { $1 > 0 ? max($0, 0) / $1 : 0 }
  }

  /// Gaussian elimination with the largest pivots; `nil` for a matrix without an inverse.
  private static func solve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
    let size = right.count
    var (a, x) = (matrix, right)
    for column in 0..<size {
      let pivot = (column..<size).max { abs(a[$0 * size + column]) < abs(a[$1 * size + column]) }!
      guard abs(a[pivot * size + column]) > 1e-10 else { return nil }
      for place in 0..<size { a.swapAt(pivot * size + place, column * size + place) }
      x.swapAt(pivot, column)
      for row in 0..<size where row != column {
        let factor = a[row * size + column] / a[column * size + column]
        for place in column..<size { a[row * size + place] -= factor * a[column * size + place] }
        x[row] -= factor * x[column]
      }
    }
    for row in 0..<size { x[row] /= a[row * size + row] }
    return x
  }
}
