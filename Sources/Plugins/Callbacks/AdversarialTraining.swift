import EspalierProtocols

/// Trains on inputs that are moved so that the loss grows, beside the plain ones.
///
///     FGSM  x' = x + ε·sign(∇ₓL)                                     one step
///     PGD   x' ← clip(x' + s·sign(∇ₓL(x')), x − ε, x + ε)            `steps` steps from x' = x
///     L ← (1 − α)·L(x) + α·L(x')
///
/// ε is in the unit of the features as the model gets them, after normalization; `low` and `high` keep
/// x' within what features can be. The reported loss stays that of x. FGSM takes two more passes a step,
/// PGD two a step of its own. Goodfellow et al., 2015; Madry et al., 2018.
public struct AdversarialTraining: Callback {
  /// How inputs are moved.
  public enum Method: String, Choice { case fgsm, pgd }

  public static let manifest = Manifest(
    "adversarial_training", "(1 − α)·L(x) + α·L(x'), x' near x with a greater loss",
    aliases: ["adversarial"], paper: "Goodfellow et al., 2015; Madry et al., 2018",
    sample: "{adversarial_training: {epsilon: 0.1, method: pgd, steps: 5}}")

  @Parameter("ε, how far a feature may move", in: Bounds.positive) public var epsilon: Double
  @Parameter("one step of size ε, or several smaller ones") public var method: Method = .fgsm
  @Parameter("steps of PGD", in: 1...100) public var steps: Int = 5
  @Parameter("s, the size of a step of PGD; 2.5·ε/steps when null", in: Bounds.positive)
  public var stepSize: Double?
  @Parameter("α, the share of the moved inputs in the loss", in: 0...1) public var share: Double =
    0.5
  @Parameter("the least that a feature can be") public var low: Double?
  @Parameter("the greatest that a feature can be") public var high: Double?

  public init() {}

  public init(
    epsilon: Double, method: Method = .fgsm, steps: Int = 5, stepSize: Double? = nil,
    share: Double = 0.5, low: Double? = nil, high: Double? = nil
  ) {
    self.epsilon = epsilon
    self.method = method
    self.steps = steps
    self.stepSize = stepSize
    self.share = share
    self.low = low
    self.high = high
  }

  public func validate() throws {
    if let low, let high, low >= high {
      throw PluginError("`low` must be less than `high`", parameter: "low")
    }
  }

  public func transform(loss: Tensor, _ context: StepContext) -> Tensor {
    let moved = moved(context)
    // What goes wrong here went wrong for the plain inputs first, and is reported there.
    guard let other = try? context.lossForInputs(moved) else { return loss }
    return loss * Float(1 - share) + other * Float(share)
  }

  /// The moved inputs, through which nothing is differentiated.
  package func moved(_ context: StepContext) -> Tensor {
    let x = context.features.withoutGradient()
    let size = method == .fgsm ? epsilon : stepSize ?? 2.5 * epsilon / Double(steps)
    var result = x
    for _ in 0..<(method == .fgsm ? 1 : steps) {
      guard let loss = try? context.lossForInputs(result) else { return x }
      let gradient = loss.gradients(for: [result])[0]
      result = result + sign(gradient) * Float(size)
      result = minimum(maximum(result, x - Float(epsilon)), x + Float(epsilon))
      if let low { result = maximum(result, Float(low)) }
      if let high { result = minimum(result, Float(high)) }
      result = result.withoutGradient()
    }
    // What moves x moves x' along, by the same amount.
    return context.features + (result - x).withoutGradient()
  }
}
