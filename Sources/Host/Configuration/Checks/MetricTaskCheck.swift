import EspalierProtocols

/// A metric must measure what the loss learns: classes, or values.
struct MetricTaskCheck: ConfigurationCheck {
  static let reads: Set<String> = ["loss", "metrics"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    let task = type(of: run.loss).task
    return run.metrics.enumerated().compactMap { index, metric in
      let other = type(of: metric).task
      guard !task.suits(other) else { return nil }
      let suitable = catalog.all(of: .metric).filter {
        ($0.type as? any Metric.Type).map { $0.task == task } ?? false
      }.map(catalog.unambiguousName)
      let label =
        suitable.isEmpty
        ? "remove it" : "for \(task.rawValue): " + Printable.alternatives(Array(suitable.prefix(5)))
      let loss = run.loss.pluginName
      return run.diagnostic(
        .taskMismatch,
        "\(metric.pluginName) measures \(other.rawValue), but \(loss) learns \(task.rawValue)",
        atPath: "metrics[\(index)]", label: label,
        notes: [.init("a loss for \(task.rawValue)", at: run.place(ofPath: "loss"))])
    }
  }
}
