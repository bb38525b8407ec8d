import EspalierProtocols

/// y = Λ^(−½)·V·(x − mean): principal components, each with variance 1.
///
/// V and Λ are the directions and variances of `pca`, each variance with ε added. A direction without
/// variance becomes 0. Samples of any shape become [components]. With ε = 0 the same as scikit-learn's
/// `PCA(whiten=True)`.
public struct PCAWhitening: Projection {
  public static let manifest = Manifest(
    "pca_whitening", "(Λ + ε)^(−½)·V·(x − mean): principal components of variance 1",
    aliases: ["whitening"], paper: "Kessy, Lewin and Strimmer, 2018",
    sample: "pca_whitening: {components: 0.95}")

  @Parameter("number of components, or the share of variance they hold (0…1)")
  public var components: Components? = nil
  @Parameter("ε, added to each variance", in: 0...) public var epsilon: Double = 0
  @Parameter("subtracted from the number of samples in the variance", in: 0...1)
  public var correction: Int = 1

  public init() {}
  public init(components: Int, epsilon: Double = 0) {
    self.components = .count(components)
    self.epsilon = epsilon
  }
  public init(share: Double, epsilon: Double = 0) {
    components = .share(share)
    self.epsilon = epsilon
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let axes = try PrincipalAxes(samples, correction: correction)
    let count = try axes.count(components)
    let scales = axes.whiteningScales(epsilon: epsilon)
    let width = axes.width
    let matrix = (0..<count * width).map { Float(axes.vectors[$0] * scales[$0 / width]) }
    return LinearMap(
      mean: axes.mean.map { Float($0) }, matrix: matrix, outputShape: [count],
      extra: axes.report(count))
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try LinearMap(state, sampleShape: sampleShape, keepsShape: false, of: pluginName)
  }
}
