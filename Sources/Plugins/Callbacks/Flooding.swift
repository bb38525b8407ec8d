import EspalierProtocols

/// Keeps the training loss from falling below a level: |L − b| + b is differentiated in place of L.
///
/// Above the level b the gradient is as ever; below it turns round, so that the loss hovers about b and
/// the weights drift to flat regions. The reported loss stays L. Ishida et al., 2020.
public struct Flooding: Callback {
  public static let manifest = Manifest(
    "flooding", "|L − b| + b: the training loss does not fall below b",
    paper: "Ishida et al., 2020",
    sample: "{flooding: {level: 0.02}}")

  @Parameter("b, the loss that is kept, in the loss's unit", in: 0...) public var level: Double

  public init() {}

  public init(level: Double) { self.level = level }

  public func transform(loss: Tensor, _ context: StepContext) -> Tensor { flood(loss) }

  /// The transform itself, which needs nothing of the step.
  package func flood(_ loss: Tensor) -> Tensor { abs(loss - Float(level)) + Float(level) }
}
