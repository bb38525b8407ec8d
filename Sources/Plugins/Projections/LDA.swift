import EspalierKernels
import EspalierProtocols

/// y = V·(x − mean), the rows of V being the directions that tell the classes apart best.
///
/// With S_w the scatter of the training samples about their classes' means and S_b that of these means
/// about the mean of all, directions solve
///
/// ```
/// S_b·v = λ·S_w·v      S_w = Σ_c Σ (x − μ_c)(x − μ_c)ᵀ,   S_b = Σ_c n_c(μ_c − μ)(μ_c − μ)ᵀ
/// ```
/// greatest λ first; there are at most classes − 1 of them, and never more than features. Each is scaled
/// so that vᵀ·S_w·v = n, and the entry of greatest magnitude in it is positive: but for the sign the same
/// as scikit-learn's `LinearDiscriminantAnalysis(solver="svd")` from version 1.9 on; older versions have
/// n − classes in place of n. Directions within which no class has scatter are left out. With
/// `shrinkage` γ, S_w becomes (1 − γ)·S_w + γ·tr(S_w)/d·I, which helps where samples are few for their
/// features. Samples of any shape become [components].
public struct LDA: Projection {
  public static let manifest = Manifest(
    "lda", "V·(x − mean), V the directions of most scatter between classes over that within",
    aliases: ["linear_discriminant_analysis"], paper: "Fisher, 1936; Rao, 1948",
    sample: "lda: {shrinkage: 0.1}")

  @Parameter("number of components; classes − 1 unless given", in: 1...)
  public var components: Int? = nil
  @Parameter(
    "γ, share of the scatter within classes that is made alike in all directions", in: 0...1)
  public var shrinkage: Double = 0

  public init() {}
  public init(components: Int? = nil, shrinkage: Double = 0) {
    self.components = components
    self.shrinkage = shrinkage
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let scatter = try ClassScatter(samples)
    let directions = try scatter.directions(shrinkage: shrinkage)
    let count = components ?? directions.eigenvalues.count
    guard count <= directions.eigenvalues.count else {
      throw PluginError(
        "\(count) components of \(scatter.classCount) classes and \(scatter.width) features; "
          + "\(directions.eigenvalues.count) are the most", parameter: "components")
    }
    let total = directions.eigenvalues.reduce(0, +)
    let kept = directions.eigenvalues.prefix(count)
    return LinearMap(
      mean: scatter.mean.map { Float($0) },
      matrix: directions.vectors.prefix(count * scatter.width).map { Float($0) },
      outputShape: [count],
      extra: [
        "eigenvalues": kept.map { Float($0) },
        "explained_variance_ratio": kept.map { Float(total > 0 ? $0 / total : 0) },
      ])
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try LinearMap(state, sampleShape: sampleShape, keepsShape: false, of: pluginName)
  }
}
