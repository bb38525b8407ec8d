import EspalierProtocols

/// Many trials for a few epochs, the best of them for more, the best of those for all.
///
/// With η = `factor` and R the epochs of the config, rung k = 0 … K trains the best ⌊n · η^(−k)⌋ of n trials up to
/// R · η^(k−K) epochs; K is the largest with at least `least` epochs at the first rung. A trial that goes on does so
/// from its checkpoint. The learning rate's schedule is that of all R epochs from the beginning, so a trial that
/// reaches the end is the run that a plain training would have been.
public struct SuccessiveHalving: SearchStrategy {
  public static let manifest = Manifest(
    "successive_halving", "many trials for a few epochs, the best of them for more",
    paper: "Jamieson and Talwalkar, 2016",
    sample: "{successive_halving: {trials: 27, factor: 3}}")

  @Parameter("trials at the beginning", in: 1...100_000) public var trials: Int = 27
  @Parameter(
    "one in how many trials goes on, for as many times longer",
    in: Bounds(lower: 1, includesLower: false))
  public var factor: Double = 3
  @Parameter("epochs of the shortest trials, at least", in: 1...) public var least: Int = 1

  public init() {}
  public init(trials: Int, factor: Double = 3, least: Int = 1) {
    self.trials = trials
    self.factor = factor
    self.least = least
  }

  public var isAdaptive: Bool { true }

  public func check(_ space: SearchSpace, epochs: Int) throws {
    try Self.check(least: least, factor: factor, epochs: epochs)
  }

  static func check(least: Int, factor: Double, epochs: Int) throws {
    guard least < epochs else {
      throw PluginError(
        "the shortest trials cannot have \(least) of the config's \(epochs) epochs",
        parameter: "least", remedy: "take fewer, or train longer: `training.epochs`")
    }
    guard factor <= Double(epochs) / Double(least) else {
      throw PluginError(
        "\(least) times \(factor) is more than the config's \(epochs) epochs: no trial would be left behind",
        parameter: "factor", remedy: "take a smaller one, or train longer: `training.epochs`")
    }
  }

  public func steps(inRound round: Int, of search: SearchState) -> [TrialStep] {
    let rungs = Rungs(least: least, most: search.epochs, factor: factor)
    return Self.steps(round, 0..<trials, rungs, search)
  }

  /// The steps of one bracket of trials.
  static func steps(
    _ round: Int, _ indices: Range<Int>, _ rungs: Rungs, _ search: SearchState
  ) -> [TrialStep] {
    guard round < rungs.epochs.count else { return [] }
    let epochs = rungs.epochs[round] == search.epochs ? nil : rungs.epochs[round]
    guard round > 0 else {
      return indices.map { TrialStep($0, search.randomPoint($0), epochs: epochs) }
    }
    // Who was at the last rung was given its epochs; the others have fewer.
    let last = rungs.epochs[round - 1]
    return search.ranking.filter {
      indices.contains($0.index) && $0.epochs == last && $0.cost < .infinity
    }.prefix(rungs.count(indices.count, at: round))
      .map { TrialStep($0.index, $0.point, epochs: epochs) }
  }
}
