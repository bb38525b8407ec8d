import EspalierProtocols

/// Random trials in the whole space, then in ever smaller parts of it around the best trial so far.
///
/// In round k a range is cut to the share shrinkᵏ of its positions with the best trial in their middle, moved back
/// inside where that is beyond an end; positions of a logarithmic range are logarithms. Of a choice those
/// values stay that are among the best `keep` of all trials. With `coarse_epochs` all rounds but the last train
/// only as long.
public struct CoarseToFine: SearchStrategy {
  public static let manifest = Manifest(
    "coarse_to_fine", "random trials in ever smaller parts of the space around the best so far",
    sample: "{coarse_to_fine: {trials: 8, rounds: 3}}")

  @Parameter("trials a round", in: 1...10_000) public var trials: Int = 8
  @Parameter("rounds, each finer than the one before", in: 1...100) public var rounds: Int = 3
  @Parameter("share of a range that the next round keeps", in: Bounds.openUnit)
  public var shrink: Double = 0.5
  @Parameter("share of the best trials whose choices stay", in: Bounds.share)
  public var keep: Double = 0.25
  @Parameter("epochs of the trials before the last round; without a word all", in: 1...)
  public var coarseEpochs: Int?

  public init() {}
  public init(
    trials: Int, rounds: Int, shrink: Double = 0.5, keep: Double = 0.25, coarseEpochs: Int? = nil
  ) {
    self.trials = trials
    self.rounds = rounds
    self.shrink = shrink
    self.keep = keep
    self.coarseEpochs = coarseEpochs
  }

  public var isAdaptive: Bool { true }

  public func check(_ space: SearchSpace, epochs: Int) throws {
    guard let coarseEpochs, coarseEpochs >= epochs else { return }
    throw PluginError(
      "a coarse trial is to be shorter than the \(epochs) epochs of the config",
      parameter: "coarse_epochs", remedy: "leave it out, or train longer: `training.epochs`")
  }

  public func steps(inRound round: Int, of search: SearchState) -> [TrialStep] {
    guard round < rounds else { return [] }
    let indices = round * trials..<(round + 1) * trials
    let epochs = round < rounds - 1 ? coarseEpochs : nil
    let ranking = search.ranking.filter { $0.cost < .infinity }
    guard round > 0, let best = ranking.first else {
      return indices.map { TrialStep($0, search.randomPoint($0), epochs: epochs) }
    }
    let elite = ranking.prefix(max(1, Int((keep * Double(ranking.count)).rounded())))
    var width = 1.0
    for _ in 0..<round { width *= shrink }
    return indices.map { index in
      let numbers = search.space.parameters.enumerated().map { place, parameter -> Double in
        var random = search.random("trial." + parameter.path, index)
        let u = random.fraction()
        if case .choice = parameter.range {
          let left = Set(elite.map { $0.point.numbers[place] }).sorted()
          return left[Int(u * Double(left.count))]
        }
        let middle = parameter.range.position(of: best.point.numbers[place])
        let low = min(max(middle - width / 2, 0), 1 - width)
        return parameter.range.value(at: low + u * width)
      }
      return TrialStep(index, SearchPoint(numbers), epochs: epochs)
    }
  }
}
