import EspalierFormats
import EspalierProtocols
import Foundation

/// Trains the members of a boosted ensemble, each on the samples as the ones before it weigh them.
///
/// Member k has its weights in `FOLDER/weights-k.npy`, which its config names, so each is a function of its
/// config and that file. A sample's factor is n · w, 1 in the mean; what the source and other balancers say
/// of a sample's weight multiplies it.
package struct BoostedEnsemble {
  /// A round, as it ends.
  package struct Progress: Sendable {
    package let member: RunSeries.Member
    package let outcome: RunSeries.Outcome
    package let round: AdaBoost.Round?
  }

  /// The folders of the members that are kept.
  package private(set) var members: [String] = []
  /// Their weights in the vote.
  package private(set) var weights: [Double] = []
  /// The signal that ended it before its end.
  package private(set) var signal: Int32?

  /// - Parameters:
  ///   - rounds: members at most.
  ///   - load: reads the config.
  package init(
    rounds: Int, in folder: String, series: RunSeries,
    load: @escaping @Sendable () throws -> RunConfiguration, done: (Progress) -> Void
  ) throws {
    let balancers = try EnsembleMembers.balancers(series.defaults())
    let base = try load()
    let data = try RunData.prepare(base)
    guard case .classes(let names) = data.description.target, names.count >= 2 else {
      throw RunFailure(
        "AdaBoost joins classes, and the targets are values: take --bagging or --seeds")
    }
    let count = data.training.count
    if let draws = data.draws, !draws.elementsEqual(0..<count) {
      throw RunFailure(
        "AdaBoost weighs every training sample, and balancers draw some of them: "
          + base.data.balance.map(\.pluginName).joined(separator: ", "))
    }
    let before = data.drawn.weights.map { $0.buffer.map { Double($0) } }
    var boost = AdaBoost(samples: count, classes: names.count, weights: before)
    let targets = try data.training.allTargets()
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    for number in 1...rounds {
      let path = Self.full("\(folder)/weights-\(number).npy")
      try Self.write(
        Self.factors(boost.weights, before), to: path, replacing: series.options.force)
      let member = RunSeries.Member(
        title: "member \(number) of \(rounds)", folder: "\(folder)/member-\(number)"
      ) {
        var configuration = try load()
        configuration.keepSplit()
        configuration.training.seed += number - 1
        configuration.data.balance.append(balancers.weights(FilePath(path)))
        return configuration
      }
      let outcome = try series.train(member)
      if case .interrupted(let signal) = outcome {
        self.signal = signal
        done(Progress(member: member, outcome: outcome, round: nil))
        return
      }
      let trained = try TrainedRun(
        opening: member.folder, catalog: series.catalog, defaults: series.defaults(),
        threads: series.options.threads)
      let (values, width) = try trained.scores(of: data.training)
      let labels = MemberPredictions.largest(values, width: width)
      let round = boost.take(mistakes: zip(labels, targets).map { $0 != Int($1) })
      done(Progress(member: member, outcome: outcome, round: round))
      switch round {
      case .kept(_, let weight):
        members.append(member.folder)
        weights.append(weight)
      case .perfect:
        members.append(member.folder)
        weights.append(1)
        return
      case .useless(let error):
        guard !members.isEmpty else {
          throw RunFailure(
            "the first member gets \(Self.percent(error)) of the training samples wrong, no better than "
              + "chance among \(names.count) classes: let it learn more", folder: member.folder)
        }
        return
      }
    }
  }

  /// What a sample's weight is multiplied by.
  private static func factors(_ weights: [Double], _ before: [Double]?) -> [Float] {
    guard let before else { return weights.map { Float($0 * Double(weights.count)) } }
    let total = before.reduce(0, +)
    return zip(weights, before).map { $1 > 0 ? Float($0 * total / $1) : 0 }
  }

  /// A file of before must hold the same: a run that was trained with other weights is another run.
  private static func write(_ values: [Float], to path: String, replacing: Bool) throws {
    do {
      if !replacing, FileManager.default.fileExists(atPath: path) {
        if try NPY.read(path).values() == values { return }
        throw RunFailure(
          "\(path) holds other weights than this config leads to: name another folder (`--output`), or begin "
            + "anew (`--force`)")
      }
      try NPY.write(values, shape: [values.count], to: path)
    } catch let error as FormatError { throw RunFailure("\(error)") }
  }

  private static func full(_ path: String) -> String {
    let full = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    return URL(fileURLWithPath: full).standardizedFileURL.path
  }

  private static func percent(_ share: Double) -> String {
    "\((share * 1000).rounded() / 10) %"
  }
}
