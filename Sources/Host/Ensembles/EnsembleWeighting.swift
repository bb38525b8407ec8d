import EspalierProtocols

extension Ensemble {
  /// The same members with weights that suit a split best: see ``EnsembleSelection``.
  ///
  /// - Parameter split: samples that the members have in common and have not learned from.
  /// - Throws: ``RunFailure`` where the rule takes no weights by predictions.
  package func weighted(by split: TrainedRun.Split) throws -> Ensemble {
    guard join == .mean || join == .vote else {
      throw RunFailure(
        "weights are chosen for mean and vote, not for \(join.rawValue)")
    }
    let samples = try ownSamples(split)
    let predictions = try predictions(of: samples.parts)
    let width = predictions.width
    var targets = samples.targets.map { Double($0) }
    if target.task == .classification {
      targets = [Double](repeating: 0, count: predictions.count * width)
      for (sample, label) in samples.targets.enumerated() where Int(label) < width {
        targets[sample * width + Int(label)] = 1
      }
    }
    guard targets.count == predictions.count * width else {
      throw RunFailure(
        "the members give \(width) numbers a sample for \(targets.count / predictions.count) targets, so "
          + "nothing tells how good they are: give the weights")
    }
    let members = predictions.members.map { own in
      MemberPredictions([own], width: width).joined(join)
    }
    return try Ensemble(
      self.members, join: join, weights: EnsembleSelection.weights(members, targets: targets))
  }

  /// What members and ensemble come to on a split that they have in common.
  package func comparison(
    on split: TrainedRun.Split
  ) throws -> (members: [[String: Double]], joined: [String: Double]) {
    let samples = try ownSamples(split)
    let predictions = try predictions(of: samples.parts)
    func numbers(_ values: [Double]) throws -> [String: Double] {
      try Self.measure(
        self.members[0].configuration.metrics, values.map { Float($0) }, targets: samples.targets,
        width: predictions.width, target
      ).numbers
    }
    return (try predictions.members.map(numbers), try numbers(predictions.joined(join)))
  }
}
