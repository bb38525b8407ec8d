import Espalier
import EspalierProtocols

/// Checks that a search strategy is a function of the sweep and of the results that it may know.
///
/// Over a space with a parameter of each sort it makes trials whose points lie within, which it keeps; a trial
/// that goes on gets more epochs, and none more than the config has; asked twice it says the same, and so it does
/// when every trial has failed. It ends. One that is not adaptive makes one round. What it is lengthened to begins
/// with the trials that it had.
///
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkDeterminism(of strategy: some SearchStrategy) throws {
  try validated(strategy)
  let trial = SearchTrial(strategy: strategy)
  try checking(strategy.pluginName) {
    try strategy.check(SearchTrial.space, epochs: SearchTrial.epochs)
    let bowl = try trial.rounds(SearchTrial.bowl)
    _ = try trial.rounds { _, _ in .infinity }
    guard strategy.isAdaptive || bowl.count == 1 else {
      throw ConformanceFailure(
        strategy.pluginName,
        "makes \(bowl.count) rounds, though it says that it looks at no results")
    }
    let count = Set(bowl.flatMap { $0.map(\.index) }).count
    guard let longer = strategy.lengthened(to: count + 5) else { return }
    let more = try SearchTrial(strategy: longer).rounds(SearchTrial.bowl).flatMap { $0 }
    guard Array(more.prefix(count)) == bowl.flatMap({ $0 }), more.count == count + 5 else {
      throw ConformanceFailure(
        strategy.pluginName, "lengthened to \(count + 5) trials it does not begin with its \(count)"
      )
    }
  }
}

private struct SearchTrial {
  let strategy: any SearchStrategy

  static let epochs = 27
  static let space = SearchSpace([
    SearchParameter("rate", .logUniform(1e-4...1e-1)),
    SearchParameter("share", .uniform(0...0.5)),
    SearchParameter("steps", .uniform(0...1, step: 0.25)),
    SearchParameter("units", .integer(8...64, step: 8)),
    SearchParameter("channels", .integer(1...128, isLog: true)),
    SearchParameter("offset", .normal(mean: 0, deviation: 2)),
    SearchParameter("optimizer", .choice([.text("adam"), .text("sgd")])),
  ])

  /// Best in the middle of all positions, and with the first choice.
  static func bowl(_ point: SearchPoint, _ epochs: Int) -> Double {
    zip(space.parameters, point.numbers).reduce(1 / Double(epochs)) { sum, part in
      let u = part.0.range.position(of: part.1) - 0.5
      return sum + u * u
    }
  }

  func rounds(_ cost: (SearchPoint, Int) -> Double) throws -> [[TrialStep]] {
    let name = strategy.pluginName
    var known: [Int: FinishedTrial] = [:]
    var rounds: [[TrialStep]] = []
    while true {
      func steps(_ trials: [FinishedTrial]) throws -> [TrialStep] {
        try strategy.steps(
          inRound: rounds.count,
          of: SearchState(space: Self.space, seed: 3, epochs: Self.epochs, trials: trials))
      }
      let found = try steps(Array(known.values))
      guard try steps(known.values.sorted { $0.index > $1.index }) == found else {
        throw ConformanceFailure(name, "says two things of round \(rounds.count)")
      }
      if found.isEmpty { return rounds }
      guard rounds.count < 1000, known.count < 200_000 else {
        throw ConformanceFailure(name, "does not end within 1000 rounds")
      }
      var indices = Set<Int>()
      for step in found {
        let epochs = step.epochs ?? Self.epochs
        let before = known[step.index]
        func fail(_ message: String) -> ConformanceFailure {
          ConformanceFailure(name, "trial \(step.index) in round \(rounds.count) \(message)")
        }
        guard step.index >= 0, indices.insert(step.index).inserted else {
          throw fail("is there twice")
        }
        guard Self.space.contains(step.point) else { throw fail("lies outside of the space") }
        guard before == nil || before?.point == step.point else { throw fail("has another point") }
        guard epochs > before?.epochs ?? 0 else { throw fail("gets no more epochs") }
        guard epochs <= Self.epochs else { throw fail("gets more epochs than the config has") }
        known[step.index] = FinishedTrial(
          index: step.index, point: step.point, cost: cost(step.point, epochs), epochs: epochs)
      }
      guard Set(known.keys) == Set(0..<known.count) else {
        throw ConformanceFailure(
          name, "leaves out a number of the trials up to round \(rounds.count)")
      }
      rounds.append(found)
    }
  }
}
