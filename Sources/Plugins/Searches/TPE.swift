import EspalierProtocols

/// Values that good trials had and bad ones had not: the tree-structured Parzen estimator.
///
/// The first `startup` trials are random. Then the trials so far are split into the best ⌈share · n⌉ and the rest;
/// l(x) and g(x) are the densities of each parameter's values among the former and the latter. Of `candidates` draws
/// from l the one with the largest l(x) / g(x) is tried, for which the expected improvement is largest. Densities are
/// Parzen windows over positions for ranges, and counts, each plus one, for choices.
///
/// Trials go by batches, which run side by side: trial i looks at those before its batch.
public struct TPE: SearchStrategy {
  public static let manifest = Manifest(
    "tpe", "values that good trials had and bad ones had not (tree-structured Parzen estimator)",
    paper: "Bergstra et al., 2011", sample: "{tpe: {trials: 30}}")

  @Parameter("how many trials", in: 1...100_000) public var trials: Int = 30
  @Parameter("random trials at the beginning", in: 1...) public var startup: Int = 10
  @Parameter("trials that run side by side without seeing each other", in: 1...)
  public var batch: Int = 2
  @Parameter("share of the trials that count as good", in: Bounds.openUnit)
  public var share: Double = 0.2
  @Parameter("draws among which the most promising one is tried", in: 1...10_000)
  public var candidates: Int = 24

  public init() {}
  public init(
    trials: Int, startup: Int = 10, batch: Int = 2, share: Double = 0.2, candidates: Int = 24
  ) {
    self.trials = trials
    self.startup = startup
    self.batch = batch
    self.share = share
    self.candidates = candidates
  }

  public var isAdaptive: Bool { true }

  public func steps(inRound round: Int, of search: SearchState) -> [TrialStep] {
    guard round > 0 else {
      return (0..<min(startup, trials)).map { TrialStep($0, search.randomPoint($0)) }
    }
    let first = startup + (round - 1) * batch
    guard first < trials else { return [] }
    let indices = first..<min(first + batch, trials)
    let ranking = search.ranking
    let good = ranking.filter { $0.cost < .infinity }
      .prefix(Int((share * Double(ranking.count)).rounded(.up)))
    guard !good.isEmpty else { return indices.map { TrialStep($0, search.randomPoint($0)) } }
    let bad = ranking.dropFirst(good.count)
    let estimates = search.space.parameters.enumerated().map { place, parameter in
      (
        range: parameter.range, path: parameter.path,
        good: ParzenEstimator(good.map { $0.point.numbers[place] }, of: parameter.range),
        bad: ParzenEstimator(bad.map { $0.point.numbers[place] }, of: parameter.range)
      )
    }
    return indices.map { index in
      let numbers = estimates.map { estimate -> Double in
        var random = search.random("candidates." + estimate.path, index)
        var best = (number: 0.0, ratio: -Double.infinity)
        for _ in 0..<candidates {
          let number = estimate.good.draw(estimate.range, &random)
          let ratio =
            estimate.good.density(number, in: estimate.range)
            / estimate.bad.density(number, in: estimate.range)
          if ratio > best.ratio { best = (number, ratio) }
        }
        return best.number
      }
      return TrialStep(index, SearchPoint(numbers))
    }
  }

  public func lengthened(to trials: Int) -> TPE? {
    TPE(trials: trials, startup: startup, batch: batch, share: share, candidates: candidates)
  }
}
