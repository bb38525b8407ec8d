import EspalierProtocols
import Foundation

/// Runs side by side: those whose configs differ in their seed alone are one group.
package struct Comparison: Sendable {
  /// Runs of one config.
  package struct Group: Sendable {
    package let runs: [RunRecord]
    /// The compared result of each run.
    package let results: Sample
    /// The course of each run.
    package let curves: [LearningCurve?]
    /// The best epoch of each run by the compared result, from 1.
    package let bestEpochs: [Int]
  }

  /// A value of the configs that is not the same in all groups.
  package struct Difference: Sendable {
    package let path: String
    /// Of each group; `nil` where its config has no such value.
    package let values: [ConfigValue?]
  }

  /// How a group stands to the best one.
  package struct Verdict: Sendable {
    /// Its number, and that of the best group.
    package let group: Int
    package let best: Int
    /// By how much the best group's mean is better, 0 or more.
    package let margin: Double
    /// `nil` where one of the groups has one run, or nothing varies.
    package let test: WelchTest?
  }

  /// What is compared: `validation_loss`.
  package let metric: String
  package let higherIsBetter: Bool
  package let groups: [Group]
  package let differences: [Difference]
  /// The group of the best mean.
  package let best: Int
  /// Of all groups but the best, in their order.
  package let verdicts: [Verdict]

  /// - Parameters:
  ///   - metric: what is compared; what the first run's callbacks watch unless given.
  ///   - catalog: tells which way a metric is better.
  /// - Throws: ``RunFailure`` when a run has no such result.
  package init(_ runs: [RunRecord], metric: String? = nil, catalog: Catalog) throws {
    guard let first = runs.first else { throw RunFailure("there are no runs to compare") }
    let metric = metric ?? Self.watched(first) ?? "validation_loss"
    let higher = try Self.higherIsBetter(metric, catalog)
    self.metric = metric
    higherIsBetter = higher
    var keys: [[RunRecord.Setting]] = []
    var members: [[RunRecord]] = []
    for run in runs {
      let key = run.settings.filter { !Self.isPassedOver($0.path) }
      if let place = keys.firstIndex(of: key) {
        members[place].append(run)
      } else {
        keys.append(key)
        members.append([run])
      }
    }
    groups = try members.map { runs in
      let found = try runs.map { try Self.result($0, metric, higher: higher) }
      return Group(
        runs: runs, results: Sample(found.map(\.value)),
        curves: runs.map { LearningCurve($0, catalog: catalog) }, bestEpochs: found.map(\.epoch))
    }
    differences = Self.differences(keys)
    func isBetter(_ a: Double, _ b: Double) -> Bool { higher ? a > b : a < b }
    var best = 0
    for (place, group) in groups.enumerated()
    where isBetter(group.results.mean, groups[best].results.mean)
      || (groups[best].results.mean.isNaN && !group.results.mean.isNaN)
    {
      best = place
    }
    self.best = best
    let winner = groups[best].results
    verdicts = groups.indices.filter { $0 != best }.map { [groups] place in
      Verdict(
        group: place, best: best, margin: abs(winner.mean - groups[place].results.mean),
        test: WelchTest(winner, groups[place].results))
    }
  }

  /// What makes no other group: the seed, and what the run is called.
  private static func isPassedOver(_ path: String) -> Bool {
    ["training.seed", "name", "output", "training.threads", "training.workers"].contains(path)
  }

  /// What only some configs have, such as a plugin with its parameters, is one difference.
  private static func differences(_ keys: [[RunRecord.Setting]]) -> [Difference] {
    var seen = Set<String>()
    return keys.joined().compactMap { setting in
      let path = partThatIsMissing(setting.path, keys) ?? setting.path
      guard seen.insert(path).inserted else { return nil }
      let values = keys.map { value(at: path, $0) }
      guard Set(values).count > 1 else { return nil }
      // An empty list beside one of several parts, which are differences of their own.
      let isList = zip(keys, values).contains { key, value in value == nil && has(path, key) }
      return isList ? nil : Difference(path: path, values: values)
    }
  }

  /// The shortest beginning of a path that a config has not.
  private static func partThatIsMissing(_ path: String, _ keys: [[RunRecord.Setting]]) -> String? {
    let parts = path.split(separator: ".")
    return parts.indices.lazy.map { parts[...$0].joined(separator: ".") }
      .first { part in !keys.allSatisfy { has(part, $0) } }
  }

  private static func has(_ path: String, _ key: [RunRecord.Setting]) -> Bool {
    key.contains {
      $0.path == path || $0.path.hasPrefix(path + ".") || $0.path.hasPrefix(path + "[")
    }
  }

  /// A value, or all below a path as a table.
  private static func value(at path: String, _ key: [RunRecord.Setting]) -> ConfigValue? {
    if let exact = key.first(where: { $0.path == path }) { return exact.value }
    let below = key.filter { $0.path.hasPrefix(path + ".") }
    guard !below.isEmpty else { return nil }
    return .table(
      below.map { .init(String($0.path.dropFirst(path.count + 1)), $0.value) })
  }

  /// What the run's own callbacks watch, as its config says.
  private static func watched(_ run: RunRecord) -> String? {
    for setting in run.settings
    where setting.path.hasPrefix("callbacks") && setting.path.hasSuffix(".monitor") {
      if case .text(let name) = setting.value, name.hasPrefix("validation_") { return name }
    }
    return nil
  }

  private static func higherIsBetter(_ metric: String, _ catalog: Catalog) throws -> Bool {
    var name = metric
    for prefix in ["validation_", "train_", "test_"] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
      break
    }
    if name == "loss" { return false }
    guard let type = catalog.find(.metric, name)?.type as? any Metric.Type else {
      throw RunFailure(
        "nothing tells whether more of \(Printable.code(metric)) is better: compare by a loss or by the name "
          + "of a metric, such as validation_accuracy")
    }
    return type.higherIsBetter
  }

  /// The result of the saved weights, else the best of the epochs; and its epoch.
  private static func result(
    _ run: RunRecord, _ metric: String, higher: Bool
  ) throws -> (value: Double, epoch: Int) {
    var best: (value: Double, epoch: Int)?
    for epoch in run.epochs {
      guard let value = epoch.results[metric], value.isFinite else { continue }
      if best.map({ higher ? value > $0.value : value < $0.value }) ?? true {
        best = (value, epoch.number)
      }
    }
    let parts = metric.split(separator: "_", maxSplits: 1).map(String.init)
    if let summary = run.summary, parts.count == 2, let value = summary.results[parts[0]]?[parts[1]]
    {
      return (value, summary.bestEpoch ?? best?.epoch ?? summary.epochs)
    }
    guard let best else {
      let names = Set(run.epochs.flatMap(\.results.keys)).sorted().joined(separator: ", ")
      throw RunFailure(
        "\(run.folder) has no result \(Printable.code(metric)); "
          + (names.isEmpty ? "it has logged no epoch" : "it has \(names)"))
    }
    return best
  }
}
