import EspalierHost
import EspalierOptimizers
import EspalierProtocols
import EspalierRegularizers

/// An L1 penalty does not make weights zero with plain gradient steps.
struct NoZerosCheck: ConfigurationCheck {
  static let reads: Set<String> = ["regularizers", "optimizer"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    run.regularizers.enumerated().compactMap { index, regularizer in
      guard regularizer is L1 || regularizer is ElasticNet, !(run.optimizer is ProximalSGD) else {
        return nil
      }
      return run.diagnostic(
        .noZeros,
        "with \(run.optimizer.pluginName), \(regularizer.pluginName) brings weights near zero, not to zero",
        atPath: "regularizers[\(index)]",
        label: "for exact zeros: `optimizer: {proximal_sgd: {strength: …}}` in its place")
    }
  }
}
