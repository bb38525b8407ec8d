/// Random values whose variance keeps signals of one size through layers: standard deviation
/// gain / √fan.
///
/// The initializers of Glorot, He and LeCun differ in the fan they look at, the gain and the
/// distribution. Layers use it where a config names no initializer.
public struct VarianceScaling: Initializer {
  public static let manifest = Manifest(
    "variance_scaling", "normal or uniform with standard deviation gain / √fan")

  /// The number of connections that the variance is divided by.
  public enum Fan: Sendable {
    case input, output
    /// The mean of both.
    case average
  }

  /// What the numbers are drawn from.
  public enum Distribution: Sendable { case normal, uniform }

  /// The factor of the activation that follows.
  public let gain: Float
  /// Which of a unit's connections are counted.
  public let fan: Fan
  /// What the numbers are drawn from.
  public let distribution: Distribution

  public init(gain: Float = 1, fan: Fan = .input, _ distribution: Distribution = .normal) {
    self.gain = gain
    self.fan = fan
    self.distribution = distribution
  }
  public init() { self.init(gain: 1) }

  /// What a layer's weights begin with: He's normal distribution before an activation that changes
  /// the size of signals, else Glorot's uniform one.
  public static func standard(before activation: (any Activation)?) -> VarianceScaling {
    let gain = activation?.gain ?? 1
    return gain == 1
      ? VarianceScaling(fan: .average, .uniform) : VarianceScaling(gain: gain, fan: .input, .normal)
  }

  /// √(2 / (1 + slope²)): what a rectifier with this slope for negative inputs takes from a signal.
  public static func rectifierGain(slope: Float = 0) -> Float {
    (2 / (1 + slope * slope)).squareRoot()
  }

  /// The standard deviation of the values.
  public func deviation(fanIn: Int, fanOut: Int) -> Float {
    let size: Double =
      switch fan {
      case .input: Double(fanIn)
      case .output: Double(fanOut)
      case .average: Double(fanIn + fanOut) / 2
      }
    return size > 0 ? Float(Double(gain) / size.squareRoot()) : 0
  }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    let deviation = deviation(fanIn: parameter.fanIn, fanOut: parameter.fanOut)
    switch distribution {
    case .normal: return (0..<parameter.shape.count).map { _ in random.normal() * deviation }
    case .uniform:
      guard deviation > 0 else { return [Float](repeating: 0, count: parameter.shape.count) }
      let bound = deviation * Float(3).squareRoot()
      return (0..<parameter.shape.count).map { _ in random.uniform(in: -bound..<bound) }
    }
  }
}
