import EspalierKernels
import EspalierProtocols

/// The directions of greatest variance of the training samples, in double precision.
struct PrincipalAxes {
  let mean: [Double]
  /// Variances along the axes, greatest first; none is negative.
  let variances: [Double]
  /// One unit vector a row; its entry of greatest magnitude is positive.
  let vectors: [Double]
  let sampleCount: Int
  var width: Int { mean.count }

  /// More features than this would need a covariance matrix of over 2 GiB.
  private static let widest = 16_384

  init(_ samples: TrainingSamples, correction: Int) throws {
    let width = samples.width
    let count = samples.count
    guard count > correction else {
      throw PluginError("\(count) training samples are too few for a variance; 2 are needed")
    }
    guard width <= Self.widest else {
      throw PluginError(
        "\(width) features are too many for principal components; \(Self.widest) are the most")
    }
    var mean = [Double](repeating: 0, count: width)
    var covariance = [Double](repeating: 0, count: width * width)
    var shift: [Double] = []
    var failed = false
    try samples.forEachChunk { number, values, _ in
      // Any fixed point near the data avoids cancellation.
      if shift.isEmpty { shift = values.prefix(width).map { Double($0) } }
      let result = esp_covariance_add(
        values.baseAddress, Int64(number), Int64(width), shift, &mean, &covariance)
      failed = failed || result != 0
    }
    guard !failed else { throw PluginError("memory for \(width)×\(width) covariances is missing") }
    esp_covariance_finish(
      Int64(count), Int64(width), shift, Int32(correction), &mean, &covariance)
    if let bad = mean.firstIndex(where: { !$0.isFinite }) {
      let names = samples.description.featureNames
      let name = names.count == width ? "the feature `\(names[bad])`" : "feature \(bad)"
      throw PluginError("\(name) has values that are not finite in the training data")
    }
    var values = [Double](repeating: 0, count: width)
    let result = esp_symmetric_eigen(&covariance, &values, Int32(width))
    guard result == 0 else {
      throw PluginError("the principal components of the training data could not be found")
    }
    self.mean = mean
    variances = values.map { max($0, 0) }
    vectors = covariance
    sampleCount = count
  }

  var totalVariance: Double { variances.reduce(0, +) }

  /// Number of components that a config's choice means.
  func count(_ choice: Components?) throws -> Int {
    let most = min(width, sampleCount)
    switch choice {
    case nil: return most
    case .count(let number):
      guard number <= most else {
        throw PluginError(
          "\(number) components of \(width) features and \(sampleCount) training samples; \(most) are "
            + "the most", parameter: "components")
      }
      return number
    case .share(let share):
      // The least number whose variances exceed the share, as scikit-learn has it.
      let wanted = share * totalVariance
      var sum = 0.0
      for (place, variance) in variances.prefix(most).enumerated() {
        sum += variance
        if sum > wanted { return place + 1 }
      }
      return most
    }
  }

  /// 1 / √(variance + ε) for each axis; 0 where there is no variance, so that rounding errors are not
  /// blown up.
  func whiteningScales(epsilon: Double) -> [Double] {
    let least = (variances.first ?? 0) * 1e-12
    return variances.map { variance in
      variance + epsilon > least && variance + epsilon > 0
        ? 1 / (variance + epsilon).squareRoot() : 0
    }
  }
}

/// How many principal components: a number, or the share of variance that they hold.
public enum Components: ParameterValue, Hashable {
  case count(Int)
  case share(Double)

  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Components {
    switch value {
    case .integer(let number) where number >= 1: return .count(number)
    case .number(let number) where number > 0 && number <= 1: return .share(number)
    case .number(let number) where number > 1 && number < 1e9 && number == number.rounded():
      return .count(Int(number))
    case .integer, .number:
      throw ValueProblem(.range, expected: form.inWords, found: value)
    default: throw ValueProblem(expected: form.inWords, found: value)
    }
  }
  public var configValue: ConfigValue {
    switch self {
    case .count(let number): .integer(number)
    case .share(let share): .number(share)
    }
  }
  public static var form: ValueForm { .either([.integer, .number]) }
}
