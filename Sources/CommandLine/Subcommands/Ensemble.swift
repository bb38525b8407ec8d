import EspalierHost
import EspalierProtocols

/// `ensemble RUN…`, `ensemble --config CONFIG --bagging N`
struct EnsembleCommand: Command {
  static let name = "ensemble"
  static let summary = "joins runs to one that predicts, or trains runs to be joined"
  static let otherNames = ["join", "bag", "bagging", "boost", "adaboost", "blend", "stack"]
  static let details = """
    DIR gets ensemble.yaml, which names the members, and is what `PROGRAM evaluate DIR` and
    `PROGRAM predict DIR` take. Finished runs are joined by their folders. With --config, members are
    trained in DIR/member-1 and so on: --seeds N from other seeds; --bagging N also on samples drawn
    with replacement, with a figure on those that a member has not drawn; --adaboost N each on
    samples that count more the more the ones before got them wrong. The same command again goes on
    where it was ended. --weights validation chooses how much a member counts by greedy selection on
    the validation split.
    """
  static let examples = [
    "ensemble runs/a runs/b runs/c --output runs/abc --join vote",
    "ensemble --config digits.yaml --bagging 5 --output runs/bag",
  ]

  @Operand("folders of finished runs", as: "RUN", completes: .folders) var runs: [String]
  @Option("trains the members by this config", as: "CONFIG", completes: .files(["yaml", "yml"]))
  var config: String?
  @Option("trains so many from other seeds", as: "N", in: 2...) var seeds: Int?
  @Option("trains so many on samples drawn with replacement", as: "N", in: 2...) var bagging: Int?
  @Option("trains so many at most, each mending the ones before", as: "N", in: 1...)
  var adaboost: Int?
  @Option("how predictions become one; mean unless given, vote for --adaboost", as: "RULE")
  var join: EnsembleJoin?
  @Option("how much members count: 2,1,1 or validation", as: "LIST") var weights: String?
  @Option("changes a value of the config: training.epochs=20", as: "PATH=VALUE") var set: [String]
  @Option("the ensemble's folder", as: "DIR", completes: .folders) var output: String
  @Flag("begins anew, whatever is in the folder") var force
  @Option("members at a time, each with one thread", as: "N", in: 1...) var parallel: Int = 1
  @Option("threads that compute; 0 for one a core", as: "N", in: 0...) var threads: Int?
  @Option("how the course of each run is shown", as: "STYLE") var progress: ProgressStyle?
  @Flag("prints the result as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    let ways = [seeds != nil, bagging != nil, adaboost != nil].filter { $0 }.count
    guard let config else {
      guard ways == 0, set.isEmpty else {
        throw UsageError(
          "--seeds, --bagging, --adaboost and --set train members: give --config too")
      }
      guard !runs.isEmpty else {
        throw UsageError("RUN is missing: folders of finished runs, or --config to train members")
      }
      return try joinRuns(context)
    }
    guard runs.isEmpty else {
      throw UsageError("--config trains members, RUN names some that are trained: leave one out")
    }
    guard ways == 1 else {
      throw UsageError("--config needs one of --seeds N, --bagging N and --adaboost N")
    }
    guard adaboost == nil || (weights == nil && (join ?? .vote) == .vote) else {
      throw UsageError("--adaboost gives the weights of a vote: leave --weights and --join out")
    }
    guard adaboost == nil || parallel == 1 else {
      throw UsageError("--adaboost trains one member after the other: leave --parallel out")
    }
    return try HeldFolder.holding(output) { try train(config, context) }
  }

  // MARK: Joining

  private func joinRuns(_ context: Context) throws -> ExitStatus {
    let catalog = try context.catalog(forRun: runs[0])
    if Ensemble.isEnsemble(output), !force {
      guard try Ensemble.joins(runs, in: output) else {
        throw CommandFailure(
          "\(output) holds an ensemble of other members already: name another folder, or replace it "
            + "(--force)")
      }
    }
    return try save(runs, weights: nil, catalog: catalog, context: context)
  }

  /// Writes the ensemble and tells what it comes to.
  private func save(
    _ members: [String], weights given: [Double]?, catalog: Catalog, context: Context,
    more: [ConfigValue.Entry] = [], notes: [String] = []
  ) throws -> ExitStatus {
    let trained = try members.map { folder in
      guard !Ensemble.isEnsemble(folder) else {
        throw CommandFailure("\(folder) is an ensemble itself: name its members instead")
      }
      return try TrainedRun.open(
        folder, catalog: catalog, defaults: context.program.defaults(), threads: threads)
    }
    let rule = join ?? (adaboost == nil ? .mean : .vote)
    var ensemble = try Ensemble(trained, join: rule, weights: try given ?? numbers(members.count))
    if weights == "validation" { ensemble = try ensemble.weighted(by: .validation) }
    try Ensemble.save(members, join: rule, weights: ensemble.weights, to: output)
    var comparison: (members: [[String: Double]], joined: [String: Double])?
    do { comparison = try ensemble.comparison(on: .validation) } catch let failure as RunFailure {
      context.note("not measured on validation samples: \(failure.message)")
    }
    if json {
      context.print(JSON.page(.table(value(ensemble, members, comparison) + more)))
    } else {
      var text = "ensemble of \(members.count) by \(rule.rawValue) in \(output)\n"
      for note in notes { text += note + "\n" }
      if let comparison { text += "\n" + table(ensemble, members, comparison) }
      context.print(text)
    }
    return .done
  }

  /// `--weights` as numbers; `nil` when all count alike or the validation split is asked.
  private func numbers(_ count: Int) throws -> [Double]? {
    guard let weights, weights != "validation" else { return nil }
    let numbers = weights.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0.filter { $0 != " " })
    }
    guard numbers.allSatisfy({ $0 != nil }) else {
      throw UsageError(
        "--weights takes numbers as in 2,1,1 or the word validation, not `\(weights)`")
    }
    guard numbers.count == count else {
      throw UsageError("--weights has \(numbers.count) numbers for \(count) members")
    }
    let known = numbers.compactMap { $0 }
    if let wrong = known.first(where: { !($0 >= 0 && $0.isFinite) }) {
      throw UsageError("--weights takes numbers of 0 and more, not \(Columns.brief(wrong))")
    }
    guard known.contains(where: { $0 > 0 }) else {
      throw UsageError("--weights has nothing but zeros: one of the members must count")
    }
    return known
  }

  // MARK: Training

  private func train(_ config: String, _ context: Context) throws -> ExitStatus {
    let catalog = try context.catalog(for: config)
    // Warnings are told once.
    _ = try context.configuration(config, set: set, catalog: catalog)
    let report = try SeriesReport(
      context, catalog: catalog, progress: progress, threads: threads, force: force,
      parallel: parallel)
    let load = report.loader(config, set: set)
    if let adaboost {
      let boosted = try BoostedEnsemble(
        rounds: adaboost, in: output, series: report.series, load: load
      ) { report.tell($0.member, $0.outcome, more: Self.words($0.round)) }
      if let signal = boosted.signal { return report.interrupted(signal) }
      return try save(
        boosted.members, weights: boosted.weights, catalog: catalog, context: context)
    }
    let members = try EnsembleMembers.members(
      seeds ?? bagging ?? 0, differingBy: bagging == nil ? .seeds : .bagging, in: output,
      defaults: context.program.defaults(), load: load)
    let (summaries, status) = try report.train(members, parallel: parallel)
    guard summaries != nil else { return status }
    let folders = members.map(\.folder)
    guard bagging != nil else {
      return try save(folders, weights: nil, catalog: catalog, context: context)
    }
    let ensemble = try Ensemble(
      folders.map {
        try TrainedRun.open(
          $0, catalog: catalog, defaults: context.program.defaults(), threads: threads)
      }, join: join ?? .mean)
    let unseen = try OutOfBag(ensemble)
    let words = unseen.metrics.sorted { $0.key < $1.key }
      .map { "\($0.key) \(Columns.brief($0.value))" }.joined(separator: ", ")
    return try save(
      folders, weights: nil, catalog: catalog, context: context,
      more: [
        .init(
          "out_of_bag",
          .table([
            .init("samples", .integer(unseen.samples)),
            .init("metrics", JSON.numbers(unseen.metrics)),
          ]))
      ], notes: ["out of bag, \(unseen.samples) samples: \(words)"])
  }

  private static func words(_ round: AdaBoost.Round?) -> String {
    switch round {
    case .kept(let error, let weight):
      "; weighted error \(Columns.brief(error)), counts \(Columns.brief(weight))"
    case .perfect: "; no mistakes, so it is the last"
    case .useless(let error):
      "; weighted error \(Columns.brief(error)), no better than chance: left out, and the end"
    case nil: ""
    }
  }

  // MARK: Telling

  private func table(
    _ ensemble: Ensemble, _ members: [String],
    _ results: (members: [[String: Double]], joined: [String: Double])
  ) -> String {
    let names = results.joined.keys.sorted()
    var rows = [["validation", "weight"] + names]
    for (place, member) in members.enumerated() {
      rows.append(
        [member, Columns.brief(ensemble.weights?[place] ?? 1)]
          + names.map { Columns.brief(results.members[place][$0] ?? .nan) })
    }
    rows.append(["joined", ""] + names.map { Columns.brief(results.joined[$0] ?? .nan) })
    let numbers = [Columns.Alignment](repeating: .right, count: names.count + 1)
    return Columns.text(rows, [.left] + numbers)
  }

  private func value(
    _ ensemble: Ensemble, _ members: [String],
    _ results: (members: [[String: Double]], joined: [String: Double])?
  ) -> [ConfigValue.Entry] {
    [
      .init("folder", .text(output)), .init("join", .text(ensemble.join.rawValue)),
      .init(
        "members",
        .list(
          members.enumerated().map { place, member in
            var entries: [ConfigValue.Entry] = [
              .init("folder", .text(member)),
              .init("weight", .number(ensemble.weights?[place] ?? 1)),
            ]
            if let results {
              entries.append(.init("validation", JSON.numbers(results.members[place])))
            }
            return .table(entries)
          })),
      .init("validation", results.map { JSON.numbers($0.joined) } ?? .null),
    ]
  }
}
