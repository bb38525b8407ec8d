import EspalierHost
import EspalierProtocols

/// What `search` prints when it is over.
struct SearchReport {
  private let results: SearchResults
  private var search: Search { results.search }
  private var objective: SearchObjective { search.sweep.objective }

  init(_ results: SearchResults) { self.results = results }

  /// The trials, best first, what the parameters explain, and where the best is.
  var text: String {
    var text = table(results.ranking)
    if let groups = results.groups { text += "\n" + self.text(of: groups) }
    if results.trials.count > 1 { text += "\n" + importance }
    let failed = results.trials.filter { $0.record.state == .failed }
    if !failed.isEmpty {
      text += "\n"
      for trial in failed {
        text +=
          "trial \(trial.record.index) failed: \(trial.record.error ?? "for no known reason")\n"
      }
      text += "--retry-failed runs them once more\n"
    }
    var rows = [["search", search.folder]]
    if let best = results.best {
      rows.append([
        "best", "trial \(best.record.index): \(search.sweep.words(for: best.step.point))",
      ])
      rows.append(["config", search.folder + "/best.yaml"])
    }
    return text + "\n" + Columns.text(rows)
  }

  /// The trials by number.
  var list: String { table(results.trials) }

  private var paths: [String] { search.sweep.space.parameters.map(\.path) }

  private func table(_ trials: [SearchResults.Trial]) -> String {
    let head = ["trial", objective.metric, "epochs", "s", "state"] + shortPaths
    let rows = trials.map { trial -> [String] in
      let record = trial.record
      var epochs = record.epochs == 0 ? "" : "\(record.epochs)"
      if let best = record.bestEpoch { epochs = "\(best)/\(record.epochs)" }
      return [
        "\(record.index)", record.score.map(Columns.brief) ?? "", epochs,
        record.epochs == 0 ? "" : Columns.brief((record.seconds * 100).rounded() / 100),
        record.state.rawValue,
      ] + record.values.map { $0.value.description }
    }
    return Columns.text([head] + rows, [.right, .right, .right, .right])
  }

  /// The last words of the paths, as many as tell them apart.
  private var shortPaths: [String] {
    let parts = paths.map { $0.split(separator: ".").map(String.init) }
    for count in 1...max(1, parts.map(\.count).max() ?? 1) {
      let short = parts.map { $0.suffix(count).joined(separator: ".") }
      if Set(short).count == short.count { return short }
    }
    return paths
  }

  private func text(of groups: [SearchResults.Group]) -> String {
    let kept = paths.indices.filter { !(paths[$0] == "seed" || paths[$0].hasSuffix(".seed")) }
    let head = ["over seeds", "deviation", "seeds"] + kept.map { shortPaths[$0] }
    let rows = groups.map { group in
      [
        Columns.brief(group.mean), group.deviation.map { "± " + Columns.brief($0) } ?? "",
        "\(group.count)",
      ] + kept.map { group.best.record.values[$0].value.description }
    }
    return Columns.text([head] + rows, [.right, .right, .right])
  }

  private var importance: String {
    let rows = results.importance.sorted { ($0.share ?? -1) > ($1.share ?? -1) }.map {
      [$0.path, $0.share.map { Columns.brief(($0 * 1000).rounded() / 1000) } ?? "not known"]
    }
    return Columns.text([["parameter", "importance"]] + rows, [.left, .right])
  }

  // MARK: For programs

  var value: ConfigValue {
    .table([
      .init("folder", .text(search.folder)), .init("metric", .text(objective.metric)),
      .init("better", .text(objective.prefersHigher ? "more" : "less")),
      .init("complete", .bool(results.isComplete)),
      .init("best", results.best?.record.value ?? .null),
      .init("trials", .list(results.ranking.map(\.record.value))),
      .init(
        "over_seeds",
        results.groups.map { groups in
          .list(
            groups.map { group in
              .table([
                .init("best", .integer(group.best.record.index)),
                .init("mean", JSON.number(group.mean)),
                .init("deviation", group.deviation.map(JSON.number) ?? .null),
                .init("count", .integer(group.count)),
              ])
            })
        } ?? .null),
      .init(
        "importance",
        .table(results.importance.map { .init($0.path, $0.share.map(JSON.number) ?? .null) })),
    ])
  }
}
