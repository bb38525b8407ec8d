import EspalierHost
import EspalierProtocols

/// Several runs: results, curves over each other, and in what their configs differ.
struct ComparisonSection {
  let runs: [ReportedRun]
  /// What each run is called here, no two alike.
  let names: [String]

  /// Lines that a chart has at most.
  static let lines = 16
  private static let differences = 200

  init(_ runs: [ReportedRun]) {
    self.runs = runs
    names = Self.names(runs)
  }

  /// The runs' names; their folders' where several runs share one.
  static func names(_ runs: [ReportedRun]) -> [String] {
    let own = runs.map(\.record.name)
    guard Set(own).count < own.count else { return own }
    let folders = runs.map { $0.record.folder.split(separator: "/").last.map(String.init) ?? "/" }
    guard Set(folders).count < folders.count else { return folders }
    return runs.map(\.record.folder)
  }

  var nodes: [Node] { [results, curves, settings] }

  // MARK: Results

  private var results: Node {
    let columns = ["test", "validation"].flatMap { split in
      let names = Set(runs.flatMap { $0.record.summary?.results[split]?.keys.map { $0 } ?? [] })
      return ResultNames.ordered(names).map { (split: split, name: $0) }
    }
    let best = columns.map { column in
      Self.best(runs.map { $0.record.summary?.results[column.split]?[column.name] }, column.name)
    }
    let rows = runs.enumerated().map { index, run -> [Tables.Cell] in
      let summary = run.record.summary
      let numbers = columns.enumerated().map { place, column in
        var cell = Tables.Cell.number(summary?.results[column.split]?[column.name])
        cell.isBest = best[place] == index
        return cell
      }
      return [.text(names[index])] + numbers + [
        .text(summary.map { OverviewSection.word($0.status) } ?? "not ended"),
        .number(summary.map { Double($0.epochs) }),
        .number(summary?.bestEpoch.map(Double.init)),
        Tables.Cell(text: summary.map { NumberWords.count($0.parameters) } ?? "", isNumber: true),
        Tables.Cell(
          text: summary.map { NumberWords.duration($0.seconds.training) } ?? "", isNumber: true),
      ]
    }
    return Node("section", ["id": "results"]) {
      Node("h2") { "Results" }
      Tables.table(
        ["run"] + columns.map { "\($0.split) \($0.name)" }
          + ["status", "epochs", "best epoch", "parameters", "training"], rows,
        caption: "★ marks the best of each column")
    }
  }

  /// The place of the best value; `nil` where it is not one alone.
  private static func best(_ values: [Double?], _ name: String) -> Int? {
    let sign = ResultNames.lowerIsBetter(name) ? -1.0 : 1.0
    let finite = values.enumerated().compactMap { index, value in
      value.flatMap { $0.isFinite ? (index, $0 * sign) : nil }
    }
    guard finite.count > 1, let top = finite.map(\.1).max() else { return nil }
    let winners = finite.filter { $0.1 == top }
    return winners.count == 1 ? winners[0].0 : nil
  }

  // MARK: Curves

  private var curves: Node {
    let shown = runs.prefix(Self.lines)
    let measures = ResultNames.ordered(Set(runs.flatMap(\.measures)))
    var charts = measures.compactMap { measure -> Node? in
      let split = runs.contains { !$0.course(of: "validation_" + measure).isEmpty }
      let prefix = split ? "validation_" : "train_"
      let title = (split ? "validation " : "train ") + measure
      return chart(title, shown.map { $0.course(of: prefix + measure) }, scale: nil)
    }
    let rates = shown.map { $0.course(of: "learning_rate") }
    if Set(rates.map { $0.map(\.y) }).count > 1,
      let rate = chart("learning rate", rates, scale: .logarithmic)
    {
      charts.append(rate)
    }
    return Node("section", ["id": "course"]) {
      Node("h2") { "Training" }
      if runs.count > shown.count {
        Node("p", ["class": "note"]) {
          "The first \(shown.count) of \(runs.count) runs are drawn."
        }
      }
      Node("div", ["class": "charts"]) { charts }
    }
  }

  private func chart(
    _ title: String, _ courses: [[(x: Double, y: Double)]], scale: Axis.Scale?
  ) -> Node? {
    let lines = courses.enumerated().compactMap { index, points in
      points.isEmpty
        ? nil : LineChart.Line(name: names[index], points: points, colour: index)
    }
    guard !lines.isEmpty else { return nil }
    var chart = LineChart(title: title, lines: lines, isAlwaysNamed: true)
    chart.scale = scale
    chart.bounds = CourseSection.bounds(lines.flatMap { $0.points.map(\.y) })
    return chart.figure
  }

  // MARK: Settings

  private var settings: Node {
    var paths: [String] = []
    var known: Set<String> = []
    let values = runs.map { run in
      Dictionary(run.record.settings.map { ($0.path, $0.value) }, uniquingKeysWith: { $1 })
    }
    for run in runs {
      for setting in run.record.settings where known.insert(setting.path).inserted {
        paths.append(setting.path)
      }
    }
    // What the run is called is no difference of the run, nor is a null in place of nothing.
    let differing = paths.filter { path in
      path != "name" && Set(values.map { $0[path] ?? .null }).count > 1
    }
    let shared = differing.filter { path in values.allSatisfy { $0[path] != nil } }
    let others = differing.filter { path in !values.allSatisfy { $0[path] != nil } }
    return Node("section", ["id": "config"]) {
      Node("h2") { "Differences of the configs" }
      if differing.isEmpty { Node("p") { "The configs are the same." } }
      if !shared.isEmpty { table(shared, values) }
      if !others.isEmpty {
        Tables.folded("\(NumberWords.count(others.count, "setting")) that not all have") {
          table(others, values)
        }
      }
    }
  }

  private func table(_ paths: [String], _ values: [[String: ConfigValue]]) -> Node {
    Tables.table(
      ["setting"] + names,
      paths.prefix(Self.differences).map { path in
        [.text(path)] + values.map { .text($0[path].map(NumberWords.setting) ?? "—") }
      },
      caption: paths.count > Self.differences
        ? "The first \(Self.differences) of \(paths.count) settings" : nil)
  }
}
