import EspalierProtocols

/// Results go by the names of their metrics, so no two may be of one name.
struct MetricNamesCheck: ConfigurationCheck {
  static let reads: Set<String> = ["metrics"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    var known: [String: Int] = [:]
    return run.metrics.enumerated().compactMap { index, metric in
      let name = metric.resultName
      guard let first = known[name] else {
        known[name] = index
        return nil
      }
      return run.diagnostic(
        .metricTwice,
        "two metrics are named \(Printable.code(name)), and so would their results be",
        atPath: "metrics[\(index)]", label: "keep one of the two",
        notes: [.init("the first one", at: run.place(ofPath: "metrics[\(first)]"))])
    }
  }
}
