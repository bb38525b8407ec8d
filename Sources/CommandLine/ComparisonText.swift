import EspalierHost
import EspalierProtocols

/// A comparison of runs as a person reads it.
struct ComparisonText {
  let comparison: Comparison

  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

  /// A … Z, then 27, 28 and so on.
  static func name(_ group: Int) -> String {
    group < letters.count ? String(letters[group]) : "\(group + 1)"
  }

  var text: String {
    let parts = [groups, differences, curves, verdict].filter { !$0.isEmpty }
    return parts.joined(separator: "\n")
  }

  private var groups: String {
    var rows = [["", "runs", comparison.metric, "epoch", "epochs", "seconds", "parameters"]]
    for (place, group) in comparison.groups.enumerated() {
      let summaries = group.runs.compactMap(\.summary)
      func mean(_ values: [Double]) -> String {
        values.isEmpty ? "" : Columns.brief(Sample(values).mean)
      }
      rows.append([
        Self.name(place), "\(group.runs.count)", Self.words(group.results),
        mean(group.bestEpochs.map { Double($0) }), mean(group.runs.map { Double($0.epochs.count) }),
        mean(summaries.map(\.seconds.training)), mean(summaries.map { Double($0.parameters) }),
      ])
    }
    let numbers = [Columns.Alignment](repeating: .right, count: 6)
    let folders = comparison.groups.enumerated().map { place, group in
      [Self.name(place), group.runs.map(\.folder).joined(separator: ", ")]
    }
    return Columns.text(rows, [.left] + numbers) + "\n" + Columns.text(folders)
  }

  private var differences: String {
    guard comparison.groups.count > 1 else { return "" }
    let head = ["differs"] + comparison.groups.indices.map(Self.name)
    let rows = comparison.differences.map { difference in
      [difference.path]
        + difference.values.map { value in
          let text = value?.description ?? "–"
          return text.count <= 40 ? text : text.prefix(39) + "…"
        }
    }
    return Columns.text([head] + rows)
  }

  private var curves: String {
    let courses = comparison.groups.map { Self.course(of: $0, comparison.metric) }
    guard courses.contains(where: { !$0.isEmpty }) else { return "" }
    let line = CurveLine(courses)
    let rows = courses.enumerated().map { place, course in
      [Self.name(place), line.text(course), Self.fit(comparison.groups[place])]
    }
    return "\(comparison.metric) by epoch, \(line.range)\n" + Columns.text(rows)
  }

  /// The mean over the runs that have come so far, of each epoch.
  static func course(of group: Comparison.Group, _ metric: String) -> [Double] {
    let all = group.runs.map { $0.epochs.map { $0.results[metric] ?? .nan } }
    let longest = all.map(\.count).max() ?? 0
    return (0..<longest).map { epoch in
      Sample(all.filter { $0.count > epoch }.map { $0[epoch] }).mean
    }
  }

  /// `overfits since epoch 10`, or how many of the runs do what.
  static func fit(_ group: Comparison.Group) -> String {
    let known = zip(group.runs, group.curves).compactMap { run, curve in curve.map { (run, $0) } }
    var phrases: [String] = []
    for kind in [LearningCurve.Kind.underfitting, .overfitting, .goodFit, .diverged] {
      let these = known.filter { $0.1.kind == kind }
      guard !these.isEmpty else { continue }
      let epochs = these.compactMap { run, curve in curve.lowest.map { run.epochs[$0].number } }
        .sorted()
      let epoch = epochs.isEmpty ? nil : epochs[epochs.count / 2]
      let phrase =
        switch kind {
        case .underfitting:
          "underfits: \(Self.percent(these.compactMap { $0.1.learned })) of what there is to learn is learned"
        case .overfitting: "overfits since epoch \(epoch ?? 0)"
        case .goodFit: epoch.map { "fits; lowest validation loss in epoch \($0)" } ?? "fits"
        case .diverged: "diverges"
        }
      phrases.append(
        these.count == known.count ? phrase : "\(these.count) of \(known.count): \(phrase)")
    }
    return phrases.joined(separator: "; ")
  }

  private static func percent(_ shares: [Double]) -> String {
    let mean = Sample(shares).mean
    return mean < 0.005 ? "nothing" : "\(Int((100 * mean).rounded())) %"
  }

  /// `0.1312 ± 0.004`
  static func words(_ sample: Sample) -> String {
    let mean = Columns.brief(sample.mean)
    return sample.count > 1 ? "\(mean) ± \(Columns.brief(sample.deviation))" : mean
  }

  // MARK: Which is better

  private var verdict: String {
    guard comparison.groups.count > 1 else {
      return comparison.groups.first?.runs.count == 1
        ? "one run alone: name others to compare it with\n"
        : "all runs have one config; nothing is to be compared but the seeds\n"
    }
    return comparison.verdicts.map(sentence).joined()
  }

  private func sentence(_ verdict: Comparison.Verdict) -> String {
    let best = comparison.groups[verdict.best].results
    let other = comparison.groups[verdict.group].results
    let (a, b) = (Self.name(verdict.best), Self.name(verdict.group))
    let margin = "\(Columns.brief(verdict.margin)) in \(comparison.metric)"
    guard verdict.margin > 0 else { return "\(a) and \(b) are equal in \(comparison.metric)\n" }
    guard let test = verdict.test else {
      let why =
        best.count == 1 && other.count == 1
        ? "one run each: no spread is known"
        : best.count == 1 || other.count == 1
          ? "one has one run: its spread is not known" : "nothing varies within them"
      return "\(a) is better than \(b) by \(margin); \(why)\n"
    }
    let figures =
      "Welch's t = \(Columns.brief(abs(test.t))), \(Columns.brief(test.degreesOfFreedom)) degrees of "
      + "freedom, p = \(Columns.brief(test.p))"
    return test.p < 0.05
      ? "\(a) is better than \(b) by \(margin), more than the seeds explain: \(figures)\n"
      : "\(a) is ahead of \(b) by \(margin), which the seeds alone may explain: \(figures)\n"
  }
}

/// The same for programs.
struct ComparisonValue {
  let comparison: Comparison

  var value: ConfigValue {
    .table([
      .init("metric", .text(comparison.metric)),
      .init("higher_is_better", .bool(comparison.higherIsBetter)),
      .init("best", .text(ComparisonText.name(comparison.best))),
      .init("groups", .list(comparison.groups.enumerated().map { group($0, $1) })),
      .init("differences", .list(comparison.differences.map(difference))),
      .init("verdicts", .list(comparison.verdicts.map(verdict))),
    ])
  }

  private func group(_ place: Int, _ group: Comparison.Group) -> ConfigValue {
    .table([
      .init("name", .text(ComparisonText.name(place))),
      .init("mean", JSON.number(group.results.mean)),
      .init("deviation", JSON.number(group.results.deviation)),
      .init(
        "runs",
        .list(
          group.runs.indices.map { run in
            let record = group.runs[run]
            let curve = group.curves[run]
            return .table([
              .init("folder", .text(record.folder)),
              .init("result", JSON.number(group.results.values[run])),
              .init("best_epoch", .integer(group.bestEpochs[run])),
              .init("epochs", .integer(record.epochs.count)),
              .init("seconds", record.summary.map { JSON.number($0.seconds.training) } ?? .null),
              .init("parameters", record.summary.map { .integer($0.parameters) } ?? .null),
              .init("fit", JSON.text(curve?.kind.rawValue)),
              .init(
                "lowest_validation_loss",
                curve?.lowest.map { .integer(record.epochs[$0].number) } ?? .null),
              .init("final_gap", curve?.finalGap.map(JSON.number) ?? .null),
            ])
          })),
      .init(
        "curve",
        .list(ComparisonText.course(of: group, comparison.metric).map(JSON.number))),
    ])
  }

  private func difference(_ difference: Comparison.Difference) -> ConfigValue {
    .table([
      .init("path", .text(difference.path)),
      .init("values", .list(difference.values.map { $0 ?? .null })),
    ])
  }

  private func verdict(_ verdict: Comparison.Verdict) -> ConfigValue {
    .table([
      .init("better", .text(ComparisonText.name(verdict.best))),
      .init("than", .text(ComparisonText.name(verdict.group))),
      .init("margin", JSON.number(verdict.margin)),
      .init("t", verdict.test.map { JSON.number(abs($0.t)) } ?? .null),
      .init("degrees_of_freedom", verdict.test.map { JSON.number($0.degreesOfFreedom) } ?? .null),
      .init("p", verdict.test.map { JSON.number($0.p) } ?? .null),
    ])
  }
}
