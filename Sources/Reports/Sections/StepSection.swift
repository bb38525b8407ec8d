import EspalierHost

/// What callbacks logged in steps: gradients and updates by layer, and whatever else.
struct StepSection {
  let run: ReportedRun

  private static let lines = 8
  private static let others = 12

  var node: Node? {
    let charts = [gradients, updates].compactMap { $0 } + others
    guard !charts.isEmpty else { return nil }
    return Node("section", ["id": "steps"]) {
      Node("h2") { "Within steps" }
      Node("div", ["class": "charts"]) { charts }
    }
  }

  private var gradients: Node? {
    chart(
      "Norms of the gradients", run.log.series(under: "gradient_norm/"),
      note: "√Σg² of each parameter")
  }

  private var updates: Node? {
    chart(
      "Updates as shares of the weights", run.log.series(under: "update_ratio/"),
      note: "‖Δw‖/‖w‖", level: (0.001, "0.001 is healthy"))
  }

  /// A line a parameter; of many, a strip each.
  private func chart(
    _ title: String, _ series: [StepLog.Series], note: String,
    level: (y: Double, label: String)? = nil
  ) -> Node? {
    guard !series.isEmpty else { return nil }
    guard series.count > Self.lines else {
      var chart = LineChart(
        title: title, note: note, xTitle: "step",
        lines: series.enumerated().map {
          .init(name: $1.name, points: $1.points, colour: $0)
        })
      chart.level = level
      chart.scale = .logarithmic
      return chart.figure
    }
    return Strips(title: title, note: note, series: series).figure
  }

  private var others: [Node] {
    let shown = run.log.series.filter { series in
      series.name != "learning_rate" && !series.name.hasPrefix("gradient_norm/")
        && !series.name.hasPrefix("update_ratio/")
    }
    return shown.prefix(Self.others).map { series in
      LineChart(
        title: series.name, xTitle: "step",
        lines: [.init(name: series.name, points: series.points, colour: 4)]
      ).figure
    }
      + (shown.count > Self.others
        ? [
          Node("p", ["class": "note"]) {
            "The first \(Self.others) of \(shown.count) numbers that were logged are drawn."
          }
        ] : [])
  }
}

/// Many series as strips under each other, the darker the larger the value's logarithm.
private struct Strips {
  let title: String
  let note: String
  let series: [StepLog.Series]

  private static let rows = 60
  private static let columns = 24

  var figure: Node {
    let shown = Array(series.prefix(Self.rows))
    let logarithms = shown.flatMap { $0.points.compactMap { Self.logarithm($0.y) } }
    let low = logarithms.min() ?? 0
    let high = max(logarithms.max() ?? 1, low + 1e-9)
    let last = shown.flatMap { $0.points.map(\.x) }.max() ?? 1
    let places = Set(shown.flatMap { $0.points.map(\.x) }).count
    let columns = min(Self.columns, max(places, 1))
    let cells = shown.map { series in
      (0..<columns).map { column -> Heatmap.Cell? in
        let start = last * Double(column) / Double(columns)
        let end = last * Double(column + 1) / Double(columns)
        let within = series.points.filter { $0.x > start && $0.x <= end }
        let values = within.compactMap { Self.logarithm($0.y) }
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        return Heatmap.Cell(
          share: (mean - low) / (high - low), text: "",
          hover: "\(series.name), steps \(NumberWords.brief(start.rounded())) to "
            + "\(NumberWords.brief(end.rounded())): \(NumberWords.brief(Axis.power(mean)))")
      }
    }
    let range = "\(NumberWords.brief(Axis.power(low))) to \(NumberWords.brief(Axis.power(high)))"
    return Heatmap(
      title: title,
      note: "\(note); light to dark is \(range), by the logarithm"
        + (shown.count < series.count
          ? "; the first \(shown.count) of \(series.count)" : ""),
      description: "\(shown.count) parameters, values from \(range)",
      rows: shown.map(\.name), columns: [], cells: cells, isSquare: false, nameLimit: 26
    ).figure
  }

  private static func logarithm(_ value: Double) -> Double? {
    value > 0 && value.isFinite ? Axis.logarithm(value) : nil
  }
}
