import EspalierProtocols
import Foundation
import Testing

/// A search whose trials cost what a function says of point and epochs; infinite for a trial that fails.
///
/// - Returns: each round's steps.
func rounds(
  _ strategy: some SearchStrategy, _ space: SearchSpace, seed: UInt64 = 0, epochs: Int = 10,
  cost: (SearchPoint, Int) -> Double = { _, _ in 0 }
) throws -> [[TrialStep]] {
  try strategy.check(space, epochs: epochs)
  var trials: [Int: FinishedTrial] = [:]
  var result: [[TrialStep]] = []
  while result.count < 1000 {
    let state = SearchState(
      space: space, seed: seed, epochs: epochs, trials: Array(trials.values))
    let steps = try strategy.steps(inRound: result.count, of: state)
    if steps.isEmpty { return result }
    for step in steps {
      let given = step.epochs ?? epochs
      trials[step.index] = FinishedTrial(
        index: step.index, point: step.point, cost: cost(step.point, given), epochs: given)
    }
    result.append(steps)
  }
  Issue.record("the search does not end")
  return result
}

/// A learning rate, a number of units, a share and a choice.
let mixedSpace = SearchSpace([
  SearchParameter("rate", .logUniform(1e-4...1e-1)),
  SearchParameter("units", .integer(8...256, step: 8, isLog: true)),
  SearchParameter("share", .uniform(0...0.5)),
  SearchParameter("optimizer", .choice([.text("adam"), .text("sgd"), .text("lion")])),
])

/// The median of an even or odd number of values.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

func logarithm(_ x: Double) -> Double { log10(x) }
