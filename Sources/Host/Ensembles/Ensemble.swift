import EspalierProtocols
import Foundation

/// Trained runs that predict together.
///
/// Members may have other data transforms, models and sources than each other, as long as they predict the
/// same targets. Metrics are those of the first member's config, measured on the joined predictions; there is
/// no loss of an ensemble, since a loss is of a model's outputs.
///
/// ```swift
/// let ensemble = try Ensemble([TrainedRun("runs/a"), TrainedRun("runs/b")], join: .vote)
/// print(try ensemble.evaluate(.test)["accuracy"] ?? .nan)
/// ```
public final class Ensemble {
  /// The runs that are joined.
  public let members: [TrainedRun]
  /// How their predictions become one.
  public let join: EnsembleJoin
  /// How much each of them counts; `nil` when all count alike.
  public let weights: [Double]?

  /// - Parameter weights: one for each member, 0 or more.
  /// - Throws: ``RunFailure`` when the members do not predict the same, or cannot be joined so.
  public init(
    _ members: [TrainedRun], join: EnsembleJoin = .mean, weights: [Double]? = nil
  ) throws {
    self.members = members
    self.join = join
    self.weights = weights
    guard let first = members.first else { throw RunFailure("an ensemble needs members") }
    for member in members.dropFirst() where member.input.target != first.input.target {
      throw RunFailure(
        "\(Self.name(member)) predicts \(Self.words(member.input.target)), \(Self.name(first)) "
          + "\(Self.words(first.input.target)); members of an ensemble predict the same, in the same order"
      )
    }
    if first.input.target.task == .regression, !join.takesValues {
      throw RunFailure(
        "\(join.rawValue) joins classes, and the members predict values: take mean or median")
    }
    guard let weights else { return }
    guard weights.count == members.count else {
      throw RunFailure("there are \(weights.count) weights for \(members.count) members")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
      throw RunFailure("weights of members are 0 or more, and one is above")
    }
    guard join.takesWeights else {
      throw RunFailure("\(join.rawValue) takes no weights: leave them out, or take mean")
    }
  }

  /// Opens the folder of an ensemble.
  ///
  /// - Throws: ``RunFailure`` or ``ConfigurationProblems`` when it is none, or a member cannot be opened.
  public static func open(
    _ folder: String, catalog: Catalog, defaults: HostDefaults, threads: Int? = nil
  ) throws -> Ensemble {
    guard isEnsemble(folder) else {
      throw RunFailure("\(folder) is no folder of an ensemble: it holds no \(EnsembleFile.name)")
    }
    let file = try EnsembleFile(reading: folder)
    return try Ensemble(
      file.folders(in: folder).map { member in
        guard !isEnsemble(member) else {
          throw RunFailure("\(member) is an ensemble itself: name its members instead")
        }
        return try TrainedRun(
          opening: member, catalog: catalog, defaults: defaults, threads: threads)
      }, join: file.join, weights: file.weights.isEmpty ? nil : file.weights)
  }

  /// What the members predict.
  public var target: TargetDescription { members[0].input.target }

  private static func name(_ member: TrainedRun) -> String {
    member.folder ?? "`\(member.configuration.name)`"
  }

  private static func words(_ target: TargetDescription) -> String {
    let names = target.names.prefix(8).joined(separator: ", ") + (target.count > 8 ? ", …" : "")
    return target.task == .regression ? "the values \(names)" : "the classes \(names)"
  }

  // MARK: Evaluating

  /// Measures the ensemble on a split of the members' own data, which all must have in common.
  ///
  /// - Parameter split: the test split, else the validation split, unless given.
  /// - Throws: ``RunFailure`` when the members have not the same samples in it: what one has learned from
  ///   cannot measure it.
  public func evaluate(_ split: TrainedRun.Split? = nil) throws -> TrainedRun.Evaluation {
    let samples = try ownSamples(split)
    return try measure(
      predictions(of: samples.parts), targets: samples.targets, name: samples.split.rawValue)
  }

  /// Measures the samples of a file, which must hold targets.
  public func evaluate(file: String) throws -> TrainedRun.Evaluation {
    try evaluate(samples(ofFile: file, needsTargets: true), file)
  }

  /// Measures the samples of a source, such as `InMemory(features: …, labels: …)`.
  public func evaluate(_ source: any EspalierProtocols.Source) throws -> TrainedRun.Evaluation {
    try evaluate(
      members.map { try $0.samples(of: source, needsTargets: true) }, source.pluginName)
  }

  private func evaluate(_ parts: [Part], _ name: String) throws -> TrainedRun.Evaluation {
    guard parts[0].count > 0 else { throw RunFailure("\(name) has no samples") }
    guard parts[0].description.target == target else {
      throw RunFailure(
        "\(name) has no targets, or others than the members learned: \(Self.words(target))")
    }
    return try measure(
      predictions(of: parts), targets: members[0].targets(of: parts[0]), name: name)
  }

  /// A split that all members have in common.
  struct OwnSamples {
    let split: TrainedRun.Split
    /// As each member's model sees them.
    let parts: [Part]
    /// In their own units.
    let targets: [Float]
  }

  func ownSamples(_ split: TrainedRun.Split?) throws -> OwnSamples {
    let first = try members[0].ownSamples(split, takesTest: true)
    var parts = [first.part]
    for member in members.dropFirst() {
      let own = try member.ownSamples(first.split)
      // Sources that make their samples up may make others by another seed.
      let isOneSource =
        type(of: member.configuration.data.source) == type(of: members[0].configuration.data.source)
        && member.input.featureNames == members[0].input.featureNames
        && own.first.count == first.first.count
      let isSame = zip(own.first, first.first).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
      guard own.rows.elementsEqual(first.rows), own.targets == first.targets, isSame || !isOneSource
      else {
        throw RunFailure(
          "\(Self.name(member)) has other \(first.split) samples than \(Self.name(members[0])); what one "
            + "member has learned from cannot measure the ensemble: give a file (`--input`), or members "
            + "with one `data.split.seed`")
      }
      parts.append(own.part)
    }
    return OwnSamples(split: first.split, parts: parts, targets: first.targets)
  }

  private func measure(
    _ predictions: MemberPredictions, targets: [Float], name: String
  ) throws -> TrainedRun.Evaluation {
    let joined = try joined(predictions)
    let results = try Self.measure(
      members[0].configuration.metrics, joined.map { Float($0) }, targets: targets,
      width: predictions.width, target)
    return TrainedRun.Evaluation(
      name: name, samples: predictions.count, metrics: results.numbers, matrices: results.matrices)
  }

  /// What metrics say of predictions in their own units.
  static func measure(
    _ metrics: [any Metric], _ predictions: [Float], targets: [Float], width: Int,
    _ target: TargetDescription
  ) throws -> (numbers: [String: Double], matrices: [String: MetricResult]) {
    guard !metrics.isEmpty else {
      throw RunFailure(
        "the first member's config names no metrics, by which the ensemble could be measured; "
          + "add for example `metrics: [\(target.task == .regression ? "r2" : "accuracy")]`")
    }
    var numbers: [String: Double] = [:]
    var matrices: [String: MetricResult] = [:]
    for metric in metrics {
      var accumulator = metric.makeAccumulator(target)
      predictions.withUnsafeBufferPointer { predictions in
        targets.withUnsafeBufferPointer { targets in
          accumulator.update(
            MetricBatch(
              count: predictions.count / width, width: width, predictions: predictions,
              targets: targets))
        }
      }
      let result = accumulator.result()
      if let number = result.number {
        numbers[metric.resultName] = number
      } else {
        matrices[metric.resultName] = result
      }
    }
    return (numbers, matrices)
  }

  // MARK: Predicting

  /// Predicts for samples.
  ///
  /// - Parameter samples: the numbers of each, those of an image by channel, row and column.
  /// - Throws: ``RunFailure`` when one has not as many numbers as the members take.
  public func predict(_ samples: [[Float]]) throws -> TrainedRun.Predictions {
    try predict(members.map { try $0.samples(samples) })
  }

  /// Predicts for one sample: its numbers, those of an image by channel, row and column.
  public func predict(_ sample: [Float]) throws -> TrainedRun.Prediction {
    try predict([sample])[0]
  }

  /// Predicts for the samples of a source, whose targets may be missing.
  public func predict(_ source: any EspalierProtocols.Source) throws -> TrainedRun.Predictions {
    try predict(members.map { try $0.samples(of: source, needsTargets: false) })
  }

  /// Predicts for the samples of a file.
  ///
  /// - Throws: ``RunFailure`` for standard input, `-`, which several members cannot read one after the other.
  public func predict(file: String) throws -> TrainedRun.Predictions {
    try predict(samples(ofFile: file, needsTargets: false))
  }

  private func samples(ofFile file: String, needsTargets: Bool) throws -> [Part] {
    guard file != "-" || members.count == 1 else {
      throw RunFailure(
        "the members of an ensemble read their samples one after the other: give a file in place of "
          + "standard input")
    }
    return try members.map { try $0.samples(ofFile: file, needsTargets: needsTargets) }
  }

  private func predict(_ parts: [Part]) throws -> TrainedRun.Predictions {
    let predictions = try predictions(of: parts)
    return TrainedRun.Predictions(
      count: predictions.count, width: predictions.width,
      values: try joined(predictions).map { Float($0) }, target: target)
  }

  private func joined(_ predictions: MemberPredictions) throws -> [Double] {
    if join == .meanRank, predictions.count < 2 {
      throw RunFailure(
        "mean_rank ranks samples among each other, so one alone has no prediction: give several")
    }
    return predictions.joined(join)
  }

  /// What each member says of the same samples, of each as its model sees them.
  func predictions(of parts: [Part]) throws -> MemberPredictions {
    var all: [[Double]] = []
    var width = 0
    for (member, part) in zip(members, parts) {
      guard part.count == parts[0].count else {
        throw RunFailure(
          "\(Self.name(member)) reads \(part.count) samples, \(Self.name(members[0])) \(parts[0].count)"
        )
      }
      let (values, own) = try member.scores(of: part)
      guard all.isEmpty || own == width else {
        throw RunFailure(
          "\(Self.name(member)) gives \(own) numbers a sample, \(Self.name(members[0])) \(width); "
            + "members must predict the same")
      }
      width = own
      all.append(values)
    }
    return MemberPredictions(all, width: width, weights: weights)
  }
}

extension TrainedRun {
  /// What the model says of samples: probabilities by class, one alone as those of both classes, or values in
  /// their own units.
  func scores(of part: Part) throws -> (values: [Double], width: Int) {
    let (width, values) = try evaluator.predict(part)
    guard width == 1, case .classes(let names) = input.target, names.count == 2 else {
      return (values.map { Double($0) }, width)
    }
    return (values.flatMap { [1 - Double($0), Double($0)] }, 2)
  }

  /// The targets of samples in their own units.
  func targets(of part: Part) throws -> [Float] {
    var targets = try part.allTargets()
    guard transforms.target != nil, part.count > 0 else { return targets }
    targets.withUnsafeMutableBufferPointer { transforms.invertTargets($0, count: part.count) }
    return targets
  }
}
