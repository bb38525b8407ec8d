import EspalierProtocols

/// Values drawn at random, independently for each trial.
///
/// Where few of the parameters count, it tries as many different values of those as it has trials, a grid only
/// their root. Trial i is a function of the seed and i, so a longer search begins with the shorter one.
public struct RandomSearch: SearchStrategy {
  public static let manifest = Manifest(
    "random", "values drawn at random, independently for each trial",
    aliases: ["random_search"], paper: "Bergstra and Bengio, 2012",
    sample: "{random: {trials: 20}}")

  @Parameter("how many trials", in: 1...100_000) public var trials: Int = 20

  public init() {}
  public init(trials: Int) { self.trials = trials }

  public func steps(inRound round: Int, of search: SearchState) -> [TrialStep] {
    guard round == 0 else { return [] }
    return (0..<trials).map { TrialStep($0, search.randomPoint($0)) }
  }

  public func lengthened(to trials: Int) -> RandomSearch? { RandomSearch(trials: trials) }
}
