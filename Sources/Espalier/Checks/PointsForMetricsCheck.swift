import EspalierHost
import EspalierLosses
import EspalierProtocols

/// A model that learns by `triplet` gives points, in which metrics for classes see nothing.
struct PointsForMetricsCheck: ConfigurationCheck {
  static let reads: Set<String> = ["metrics", "loss"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    guard run.loss is Triplet else { return [] }
    return run.metrics.enumerated().compactMap { index, metric in
      guard type(of: metric).task == .classification else { return nil }
      return run.diagnostic(
        .pointsForMetrics,
        "\(metric.pluginName) compares classes, but a model that learns by triplet gives points",
        atPath: "metrics[\(index)]", label: "leave it out",
        notes: [.init("learns points", at: run.place(ofPath: "loss"))])
    }
  }
}
