import EspalierProtocols

/// Spectral norm: ½λ·σ², σ the largest factor by which a layer's weights can stretch a signal.
///
/// The parameter counts as a matrix W of its units by all else, σ is its largest singular value, and the
/// gradient λ·σ·u·vᵀ. The vectors u and v come from the power iteration v ← Wᵀu, u ← Wv, each made of
/// length one, which goes on from where the step before ended: one round a step follows the weights as
/// they change. In the first steps σ is still too small. Yoshida and Miyato, 2017.
///
/// Shapes: any parameter to a single number; of one axis, σ is its length. It is added once to the loss,
/// whatever the batch size.
public struct SpectralNorm: Regularizer {
  public static let manifest = Manifest(
    "spectral_norm",
    "½λσ² added to the loss, σ the largest singular value: layers that stretch little",
    paper: "Yoshida and Miyato, 2017", sample: "{spectral_norm: {strength: 0.01}}")

  @Parameter("λ, the factor of ½σ²", in: 0...) public var strength: Double
  @Parameter("rounds of the power iteration a step", in: 1...1000) public var iterations: Int = 1
  @Parameter("names of the layers it is for, with `*`; all when empty") public var layers:
    [String] =
      []

  public init() {}

  public init(strength: Double, iterations: Int = 1, layers: [String] = []) {
    self.strength = strength
    self.iterations = iterations
    self.layers = layers
  }

  public func penalty(_ parameter: Tensor) -> Tensor {
    guard parameter.rank > 1 else { return square(parameter).sum() * Float(strength / 2) }
    let units = parameter.shape[0]
    let matrix = parameter.reshaped(to: [units, -1])
    let fixed = matrix.withoutGradient()
    let memory = PenaltyMemory("spectral_norm", of: parameter, [units, 1], initial: 0)
    // A vector that no likely weights are orthogonal to.
    let start = matrix.recorder.constant(
      (0..<units).map { 1 + 0.5 * Float($0 * 7 % 5) - Float($0 % 2) }, [units, 1])
    var u = start
    if let memory { u = select(square(memory.value).sum() .== 0, start, memory.value) }
    var v = u
    for _ in 0..<iterations {
      v = unit(matmul(fixed, u, transposeA: true))
      u = unit(matmul(fixed, v))
    }
    memory?.set(u)
    let largest = (u * matmul(matrix, v)).sum()
    return square(largest) * Float(strength / 2)
  }

  /// In the same direction, of length one; zeros stay zeros.
  private func unit(_ x: Tensor) -> Tensor {
    x / sqrt(maximum(square(x).sum(), Float.leastNormalMagnitude))
  }
}
