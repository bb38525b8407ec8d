import EspalierProtocols

/// Muon: momentum whose matrix is made nearly orthogonal, so that all directions move alike.
///
/// For a matrix w with gradient g, filters and other parameters of higher rank as one row a unit:
///
///     b ← μ·b + (1 − μ)·g
///     u = (1 − μ)·g + μ·b            with `nesterov`, else u = b
///     X = u/‖u‖, then `iterations` times: A = X·Xᵀ, X ← 3.4445·X + (−4.775·A + 2.0315·A²)·X
///     w ← w·(1 − η·λ) − η·√max(1, rows/columns)·X
///
/// Parameters that are no matrices (biases, scales) go to `otherwise`, whose rate keeps its proportion to
/// this one under a schedule. Jordan et al., 2024.
public struct Muon: Optimizer {
  public static let manifest = Manifest(
    "muon", "w − η·orthogonalized momentum: all directions of a matrix move alike",
    paper: "Jordan et al., 2024",
    sample: "{muon: {learning_rate: 0.02, otherwise: {adamw: {learning_rate: 1e-3}}}}")

  @Parameter("step size of matrices", in: Bounds.positive) public var learningRate: Double = 0.02
  @Parameter("μ, decay of the average of gradients", in: 0..<1) public var momentum: Double = 0.95
  @Parameter("look ahead along the average") public var nesterov: Bool = true
  @Parameter("λ: weights shrink by η·λ a step", in: 0...) public var weightDecay: Double = 0
  @Parameter("steps of the Newton–Schulz iteration", in: 1...20) public var iterations: Int = 5
  @Component("the optimizer of biases and scales") public var otherwise: any Optimizer = AdamW()

  public init() {}

  public init(
    learningRate: Double, momentum: Double = 0.95, nesterov: Bool = true, weightDecay: Double = 0,
    iterations: Int = 5, otherwise: any Optimizer = AdamW()
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    self.iterations = iterations
    self.otherwise = otherwise
  }

  public var isElementwise: Bool { false }
  public var parts: [any Optimizer] { [self] + otherwise.parts }
  public func part(of parameter: String, shape: Shape) -> Int? {
    shape.rank >= 2 ? 0 : otherwise.part(of: parameter, shape: shape).map { $0 + 1 }
  }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let average = step.state("momentum").average(gradient, momentum)
    let wanted =
      nesterov ? gradient * Float(1 - momentum) + average * Float(momentum) : average
    let kept = step.decoupled(parameter, weightDecay, evenBiases: false)
    return kept - step.rate * orthogonal(wanted)
  }

  /// A matrix with the same singular vectors, whose singular values are about one.
  private func orthogonal(_ tensor: Tensor) -> Tensor {
    let rows = tensor.shape[0]
    let columns = tensor.shape.count / rows
    var x = tensor.reshaped(to: [rows, columns])
    // Products of the smaller side are the cheaper ones.
    if rows > columns { x = x.permuted([1, 0]) }
    x = x / (sqrt(square(x).sum()) + 1e-7)
    for _ in 0..<iterations {
      let a = matmul(x, x, transposeB: true)
      x = x * 3.4445 + matmul(a * -4.775 + matmul(a, a) * 2.0315, x)
    }
    if rows > columns { x = x.permuted([1, 0]) }
    let scale = max(1, Float(rows) / Float(columns)).squareRoot()
    return (x * scale).reshaped(to: tensor.shape)
  }
}
