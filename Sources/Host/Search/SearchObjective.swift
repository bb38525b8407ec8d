import EspalierProtocols

/// By what trials are compared.
package struct SearchObjective: Sendable {
  /// A result of a run: `validation_accuracy`.
  package let metric: String
  /// Whether more of it is better.
  package let prefersHigher: Bool
  let epoch: ObjectiveSettings.CountedEpoch

  /// What a trial is worth that was trained so far: its result, and the epoch that had it.
  func score(_ epochs: some Sequence<RunRecord.Epoch>) -> (value: Double, epoch: Int)? {
    let found = epochs.compactMap { epoch in
      epoch.results[metric].map { (value: $0, epoch: epoch.number) }
    }
    let score =
      epoch == .last
      ? found.last : found.filter { !$0.value.isNaN }.min { cost($0.value) < cost($1.value) }
    return score?.value.isNaN == true ? nil : score
  }

  /// The less, the better.
  package func cost(_ score: Double) -> Double { prefersHigher ? -score : score }
}

extension RunConfiguration {
  /// Whether more of a result is better, by its name.
  func prefersHigher(_ result: String) -> Bool {
    metrics.contains { metric in
      metric.prefersHigher
        && ["train_", "validation_"].contains { $0 + metric.resultName == result }
    }
  }

  /// What a run watches, where it watches a validation; else the validation loss.
  var watchedResult: String {
    callbacks.compactMap(\.monitor).first { $0.hasPrefix("validation_") } ?? "validation_loss"
  }
}

/// Finds out by what trials are compared, and refuses what should not choose.
struct ObjectiveReader {
  let settings: ObjectiveSettings
  let configuration: RunConfiguration
  /// Where the metric stands in the sweep, or the sweep begins.
  let place: ConfigPlace?

  func objective() -> Result<SearchObjective, Diagnostic> {
    let metric = settings.metric ?? configuration.watchedResult
    if let problem = problem(with: metric) { return .failure(problem) }
    let prefersHigher =
      switch settings.better {
      case .auto: configuration.prefersHigher(metric)
      case .less: false
      case .more: true
      }
    return .success(
      SearchObjective(metric: metric, prefersHigher: prefersHigher, epoch: settings.epoch))
  }

  private func problem(with metric: String) -> Diagnostic? {
    let names = configuration.resultNames.filter { $0 != "learning_rate" }
    guard !names.contains(metric) else { return nil }
    func diagnostic(_ code: DiagnosticCode, _ message: String, _ label: String) -> Diagnostic {
      Diagnostic(
        code, message, at: place, path: "objective.metric", found: metric,
        allowed: names.joined(separator: ", "), label: label)
    }
    let rest = metric.hasPrefix("test_") ? metric.dropFirst(5) : metric[...]
    if metric.hasPrefix("test_") || metric == "test" {
      return diagnostic(
        .sweepObjective, "a test result must not choose among trials",
        "compare by `validation_\(rest.isEmpty ? "loss" : rest)`: what the test chose it cannot judge"
      )
    }
    if metric.hasPrefix("validation_"), !configuration.hasValidation {
      return diagnostic(
        .nothingValidated,
        "trials are compared by \(Printable.code(metric)), but no samples are kept for validation",
        "keep some: `set: {data.split.validation: 0.2}`")
    }
    let near = Suggestion.nearest(metric, among: names)
    let bare = names.contains("validation_" + metric) ? ["validation_" + metric] : near
    var result = diagnostic(
      .unknownResult,
      "trials are compared by \(Printable.code(metric)), which nothing produces",
      bare.isEmpty
        ? "the runs produce " + Printable.alternatives(names, "and")
        : "did you mean \(Printable.alternatives(bare))?")
    result.suggestion = bare.first
    return result
  }
}
