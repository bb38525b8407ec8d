import EspalierProtocols

/// y = V·(x − mean), the rows of V being the directions of greatest variance.
///
/// Directions are the eigenvectors of the training samples' covariance (divided by n − 1), greatest
/// variance first; the entry of greatest magnitude in each is positive. `components` is their number or
/// the share of variance that they must exceed; all min(samples, features) unless given. Samples of any
/// shape become [components]. Same as scikit-learn's `PCA`.
public struct PCA: Projection {
  public static let manifest = Manifest(
    "pca", "V·(x − mean), V the directions of greatest variance", paper: "Pearson, 1901",
    sample: "pca: {components: 0.95}")

  @Parameter("number of components, or the share of variance they hold (0…1)")
  public var components: Components? = nil

  public init() {}
  public init(components: Int) { self.components = .count(components) }
  public init(share: Double) { components = .share(share) }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let axes = try PrincipalAxes(samples, correction: 1)
    let count = try axes.count(components)
    return LinearMap(
      mean: axes.mean.map { Float($0) },
      matrix: axes.vectors.prefix(count * axes.width).map { Float($0) }, outputShape: [count],
      extra: axes.report(count))
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try LinearMap(state, sampleShape: sampleShape, keepsShape: false, of: pluginName)
  }
}

extension PrincipalAxes {
  /// Variances of the first components, and their shares of the whole.
  func report(_ count: Int) -> [String: [Float]] {
    let total = totalVariance
    return [
      "explained_variance": variances.prefix(count).map { Float($0) },
      "explained_variance_ratio": variances.prefix(count).map { Float(total > 0 ? $0 / total : 0) },
    ]
  }
}
