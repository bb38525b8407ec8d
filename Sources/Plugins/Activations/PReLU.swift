import EspalierProtocols

/// y = x for x > 0, else a · x, where a is learned: one number, or one a channel (axis 1).
///
/// The parameter is `weight`, [1] or [channels]; weight decay passes it by, since it would turn the
/// activation into ReLU.
public struct PReLU: Activation {
  public static let manifest = Manifest(
    "prelu", "x if x > 0 else a·x, with a learned", paper: "He and others, 2015")

  @Parameter("a slope for each channel instead of a shared one") public var perChannel = false
  @Parameter("first value of the slope", in: -1...1) public var initial: Float = 0.25

  public init() {}
  public init(perChannel: Bool = false, initial: Float = 0.25) {
    self.perChannel = perChannel
    self.initial = initial
  }

  public var gain: Float { VarianceScaling.rectifierGain(slope: initial) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let channels = perChannel && x.rank > 1 ? x.shape[1] : 1
    let slope = x.scope.parameter("weight", [channels], role: .scale, initial: .constant(initial))
    // Aligned with axis 1: [channels, 1, 1] beside [n, channels, row, column].
    let aligned = slope.reshaped(
      to: Shape([channels] + [Int](repeating: 1, count: max(x.rank - 2, 0))))
    return maximum(x, 0) + aligned * minimum(x, 0)
  }
}
