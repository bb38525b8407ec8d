import EspalierProtocols

/// Results as a person reads them: a metric a row, a split a column.
enum ResultTable {
  static let splits = ["train", "validation", "test"]

  static func text(_ results: [String: [String: Double]]) -> String {
    let shown = splits.filter { results[$0]?.isEmpty == false }
    let names = order(Set(results.values.flatMap(\.keys)))
    let rows = names.map { name in
      [name] + shown.map { split in results[split]?[name].map(Columns.brief) ?? "" }
    }
    let numbers = [Columns.Alignment](repeating: .right, count: shown.count)
    return Columns.text([[""] + shown] + rows, [.left] + numbers)
  }

  /// Metrics of one split, a line each.
  static func text(_ metrics: [String: Double]) -> String {
    Columns.text(
      order(Set(metrics.keys)).map { [$0, Columns.brief(metrics[$0] ?? .nan)] }, [.left, .right])
  }

  /// A confusion matrix: a row for each true class.
  static func text(_ name: String, _ labels: [String], _ counts: [[Double]]) -> String {
    let rows = zip(labels, counts).map { label, row in [label] + row.map(Columns.brief) }
    let numbers = [Columns.Alignment](repeating: .right, count: labels.count)
    return "\(name) (rows: true, columns: predicted)\n"
      + Columns.text([[""] + labels] + rows, [.left] + numbers)
  }

  /// The loss first, then by name.
  private static func order(_ names: Set<String>) -> [String] {
    names.sorted { ($0 == "loss" ? 0 : 1, $0) < ($1 == "loss" ? 0 : 1, $1) }
  }
}
