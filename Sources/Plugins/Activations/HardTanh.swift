import EspalierProtocols

/// y = min(max(x, low), high): tanh of straight lines.
public struct HardTanh: Activation {
  public static let manifest = Manifest(
    "hard_tanh", "min(max(x, low), high)", paper: "Collobert, 2004")

  @Parameter("smallest value") public var low: Float = -1
  @Parameter("largest value") public var high: Float = 1

  public init() {}
  public init(low: Float = -1, high: Float = 1) {
    self.low = low
    self.high = high
  }

  public func validate() throws {
    guard low < high else {
      throw PluginError("low must be below high (\(high)), not \(low)", parameter: "low")
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { minimum(maximum(x, low), high) }
}
