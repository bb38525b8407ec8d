import EspalierHost

/// What a search's score is, as far as the courses of its trials' runs tell.
struct TrialObjective {
  /// The result that is the score; `nil` where none fits.
  let name: String?
  let higherIsBetter: Bool

  /// Trials that are looked at.
  private static let limit = 12

  /// A score is the lowest, the highest or the last value of one of the run's results; where it is the last,
  /// the result's name tells what is better.
  init(_ table: TrialTable) {
    var lowest: [String: Int] = [:]
    var highest: [String: Int] = [:]
    var last: [String: Int] = [:]
    for trial in table.trials.filter({ $0.score != nil }).prefix(Self.limit) {
      guard let run = try? RunRecord(reading: table.runFolder(of: trial)) else { continue }
      let names = Set(run.epochs.flatMap { $0.results.keys.filter { $0.contains("_") } })
        .subtracting(["learning_rate"])
      for name in names {
        let values = run.epochs.compactMap { $0.results[name] }.filter(\.isFinite)
        guard let low = values.min(), let high = values.max(), low < high else { continue }
        if Self.isSame(low, trial.score!) { lowest[name, default: 0] += 1 }
        if Self.isSame(high, trial.score!) { highest[name, default: 0] += 1 }
        if Self.isSame(values.last!, trial.score!) { last[name, default: 0] += 1 }
      }
    }
    func most(_ counts: [String: Int]) -> (name: String, count: Int)? {
      counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.first.map { ($0.key, $0.value) }
    }
    let (low, high, end) = (most(lowest), most(highest), most(last))
    if let end, end.count > max(low?.count ?? 0, high?.count ?? 0) {
      name = end.name
      higherIsBetter = !ResultNames.lowerIsBetter(end.name)
      return
    }
    higherIsBetter = (high?.count ?? 0) > (low?.count ?? 0)
    name = higherIsBetter ? high?.name : low?.name
  }

  private static func isSame(_ value: Double, _ score: Double) -> Bool {
    abs(value - score) <= 1e-6 * max(1, abs(score))
  }
}
