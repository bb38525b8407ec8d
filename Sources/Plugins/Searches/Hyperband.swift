import EspalierProtocols

/// Successive halving several times, from many short trials to few long ones.
///
/// Trials that are slow at first are lost by halving that begins too early. So bracket s = S … 0 has
/// ⌈(S + 1) / (s + 1) · ηˢ⌉ trials that begin with R · η^(−s) epochs; each bracket costs about as much.
/// S is the largest with at least `least` epochs, R the epochs of the config. All brackets run side by side.
public struct Hyperband: SearchStrategy {
  public static let manifest = Manifest(
    "hyperband", "successive halving several times, from many short trials to few long ones",
    paper: "Li et al., 2018", sample: "{hyperband: {factor: 3}}")

  @Parameter(
    "one in how many trials goes on, for as many times longer",
    in: Bounds(lower: 1, includesLower: false))
  public var factor: Double = 3
  @Parameter("epochs of the shortest trials, at least", in: 1...) public var least: Int = 1

  public init() {}
  public init(factor: Double, least: Int = 1) {
    self.factor = factor
    self.least = least
  }

  public var isAdaptive: Bool { true }

  public func check(_ space: SearchSpace, epochs: Int) throws {
    try SuccessiveHalving.check(least: least, factor: factor, epochs: epochs)
  }

  public func steps(inRound round: Int, of search: SearchState) -> [TrialStep] {
    let rungs = Rungs(least: least, most: search.epochs, factor: factor)
    let most = rungs.epochs.count - 1
    var first = 0
    return (0...most).flatMap { bracket in
      let halvings = most - bracket
      var count = Double(most + 1) / Double(halvings + 1)
      for _ in 0..<halvings { count *= factor }
      let indices = first..<first + Int((count - 1e-9).rounded(.up))
      first = indices.upperBound
      return SuccessiveHalving.steps(round, indices, rungs.dropping(bracket), search)
    }
  }
}
