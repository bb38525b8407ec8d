import EspalierProtocols

/// Noise on the gradients that fades: g + n, n ~ N(0, η/(1 + t)^γ) at step t from 0.
///
/// Helps deep networks out of bad beginnings. Neelakantan et al., 2015.
public struct GradientNoise: Callback {
  public static let manifest = Manifest(
    "gradient_noise", "g + n with variance η/(1 + t)^γ: noise on the gradients that fades",
    paper: "Neelakantan et al., 2015", sample: "{gradient_noise: {variance: 0.01}}")

  @Parameter("η, the variance at the first step", in: 0...) public var variance: Double = 0.01
  @Parameter("γ, how fast it fades", in: 0...) public var decay: Double = 0.55

  public init() {}

  public init(variance: Double, decay: Double = 0.55) {
    self.variance = variance
    self.decay = decay
  }

  public func transform(gradients: inout Gradients, _ context: StepContext) {
    guard variance > 0 else { return }
    // Steps count from 1 here.
    let deviation = pow(context.step, Float(-decay / 2)) * Float(variance.squareRoot())
    gradients.map { $0 + $0.random(.normal) * deviation }
  }
}
