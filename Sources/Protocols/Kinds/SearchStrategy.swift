/// Says which trials a search makes: the values that the parameters of a sweep take in each.
///
/// A search goes by rounds. The trials of a round run side by side, in any order and on any machines; a round
/// may look at the results of all rounds before it and at nothing else. So the trials of a search are a
/// function of the sweep and of its results, however many run at a time and however often it is interrupted.
public protocol SearchStrategy: Plugin {
  /// Checks that it can search this space.
  ///
  /// - Parameter epochs: those that the config trains.
  /// - Throws: ``PluginError``, for example for a grid over a range without steps.
  func check(_ space: SearchSpace, epochs: Int) throws

  /// The steps of a round; none when the search is over.
  ///
  /// Asked again with the same results, it gives the same steps. A trial has the same point in all of its steps,
  /// and each step more epochs than the one before.
  ///
  /// - Parameter round: from 0. In the first, `search` has no trials yet.
  func steps(inRound round: Int, of search: SearchState) throws -> [TrialStep]

  /// Whether rounds behind the first look at results. If not, the first is all there is.
  var isAdaptive: Bool { get }

  /// The same search with this many trials in all, those that it has being the first of them; `nil` where that
  /// would change them.
  func lengthened(to trials: Int) -> Self?
}

extension SearchStrategy {
  public func check(_ space: SearchSpace, epochs: Int) throws {}
  public var isAdaptive: Bool { false }
  public func lengthened(to trials: Int) -> Self? { nil }
}

/// What a round asks of a trial: to train with these values, or to go on so.
public struct TrialStep: Sendable, Hashable {
  /// The trial, from 0.
  public var index: Int
  /// Where in the space it is.
  public var point: SearchPoint
  /// The epochs that it is trained in all; `nil` for all that the config has. The schedule is that of all epochs
  /// either way: the run pauses, and may go on in a later round.
  public var epochs: Int?

  public init(_ index: Int, _ point: SearchPoint, epochs: Int? = nil) {
    self.index = index
    self.point = point
    self.epochs = epochs
  }
}

/// What a strategy knows when it plans a round.
public struct SearchState: Sendable {
  /// What is searched.
  public let space: SearchSpace
  /// The sweep's seed, of which all random choices are functions.
  public let seed: UInt64
  /// The epochs that the config trains.
  public let epochs: Int
  /// The trials of all rounds before, by index.
  public let trials: [FinishedTrial]

  public init(space: SearchSpace, seed: UInt64, epochs: Int, trials: [FinishedTrial] = []) {
    self.space = space
    self.seed = seed
    self.epochs = epochs
    self.trials = trials.sorted { $0.index < $1.index }
  }

  /// The trials from best to worst; of equals the earlier one first. Failed ones come last.
  public var ranking: [FinishedTrial] {
    trials.sorted { ($0.cost, $0.index) < ($1.cost, $1.index) }
  }

  /// A point drawn at random: a function of the seed and the index alone.
  public func randomPoint(_ index: Int) -> SearchPoint {
    SearchPoint(
      space.parameters.map { parameter in
        var random = random("trial." + parameter.path, index)
        return parameter.range.value(at: random.fraction())
      })
  }

  /// Random numbers for a purpose and a trial.
  public func random(_ stream: String, _ index: Int) -> CounterRandom {
    CounterRandom(seed: seed, stream: "search." + stream, step: UInt64(index))
  }
}

/// A trial that has done what earlier rounds asked of it.
public struct FinishedTrial: Sendable {
  /// The trial, from 0.
  public let index: Int
  /// Where in the space it was.
  public let point: SearchPoint
  /// How bad it is: the score where less is better, its negative elsewhere; infinite for a trial that failed.
  public let cost: Double
  /// The epochs that it was given in all.
  public let epochs: Int

  public init(index: Int, point: SearchPoint, cost: Double, epochs: Int) {
    self.index = index
    self.point = point
    self.cost = cost.isNaN ? .infinity : cost
    self.epochs = epochs
  }
}

extension CounterRandom {
  /// 0 ≤ x < 1 in steps of 2⁻⁵³.
  public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
