import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import EspalierReferences
import Foundation
import Testing

@Suite struct LBFGSTests {
  /// The function of a case.
  private func objective(
    _ reference: OracleCase
  ) throws -> ([Double]) -> ObjectiveValue {
    switch reference.text("problem") {
    case "quadratic":
      let a = try #require(reference.inputs["A"]).values
      let c = try #require(reference.inputs["c"]).values
      return { w in
        let gradient = quadraticGradient(a, c, at: w)
        let value = zip(gradient, zip(w, c)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) / 2 }
        return ObjectiveValue(value, gradient: gradient)
      }
    case "rosenbrock":
      return { w in
        let bend = w[1] - w[0] * w[0]
        let value = (1 - w[0]) * (1 - w[0]) + 100 * bend * bend
        return ObjectiveValue(
          value, gradient: [-2 * (1 - w[0]) - 400 * w[0] * bend, 200 * bend])
      }
    default:
      let x = try #require(reference.inputs["X"]).values
      let y = try #require(reference.inputs["y"]).values
      let strength = try #require(reference.number("l2"))
      return { w in logistic(w, x, y, strength: strength) }
    }
  }

  /// Step by step where PyTorch goes, with as many points asked for.
  @Test(arguments: try Oracle.cases("optimizers/lbfgs"))
  func followsTheReference(_ reference: OracleCase) throws {
    let optimizer = LBFGS(
      learningRate: try #require(reference.number("lr")),
      history: try #require(reference.integers("history_size"))[0],
      maxIterations: try #require(reference.integers("max_iter"))[0],
      toleranceGrad: try #require(reference.number("tolerance_grad")),
      toleranceChange: try #require(reference.number("tolerance_change")),
      lineSearch: reference.text("line_search_fn") == nil ? .none : .strongWolfe)
    try optimizer.validate()
    let function = try objective(reference)
    let walk = try FunctionObjective(
      optimizer, from: try #require(reference.inputs["w0"]).values, function)
    let initial = try #require(reference.outputs["initial_loss"])
    #expect(
      reference.difference("initial_loss", .init([], [walk.start.value]), initial) == nil)
    let path = try #require(reference.outputs["w_after_step"])
    var found: [Double] = []
    var losses: [Double] = []
    for _ in 0..<path.shape[0] {
      try walk.step(by: optimizer)
      found += walk.parameters
      losses.append(function(walk.parameters).value)
    }
    let problems = [
      reference.difference("w_after_step", .init(path.shape, found), path),
      reference.difference(
        "loss_after_step", .init([losses.count], losses),
        try #require(reference.outputs["loss_after_step"])),
    ].compactMap { $0 }
    #expect(problems.isEmpty, "\(reference.id): \(problems)")
    #expect(losses.last! <= reference.outputs["final_loss"]!.values[0] + 1e-5)
    let evaluations = try #require(reference.outputs["function_evaluations"]).values[0]
    #expect(Double(walk.evaluations) == evaluations, "\(reference.id)")
  }

  /// Of a history that is shorter than the way, the oldest pairs are forgotten.
  @Test func shortHistory() throws {
    let reference = try Oracle.cases("optimizers/lbfgs")[2]
    let optimizer = LBFGS(history: 2, maxIterations: 60)
    let walk = try FunctionObjective(optimizer, from: [-1.25, 1], objective(reference))
    for _ in 0..<10 { try walk.step(by: optimizer) }
    let distances = zip(walk.parameters, [1, 1]).map { abs($0 - $1) }
    #expect(distances.allSatisfy { $0 < 1e-4 }, "\(distances)")
  }

  /// Where the function is no number the search turns back; where it begins so, nothing moves.
  @Test func beyondAllNumbers() throws {
    let optimizer = LBFGS(learningRate: 1, maxIterations: 30)
    // −log x has its pole at 0, towards which the first steps of x − log x from above go too far.
    func function(_ w: [Double]) -> ObjectiveValue {
      let x = w[0]
      return ObjectiveValue(x > 0 ? 50 * x - log(x) : .nan, gradient: [50 - 1 / x])
    }
    let walk = try FunctionObjective(optimizer, from: [1], function)
    for _ in 0..<5 { try walk.step(by: optimizer) }
    #expect(abs(walk.parameters[0] - 0.02) < 1e-6)
    let lost = try FunctionObjective(optimizer, from: [-1], function)
    try lost.step(by: optimizer)
    #expect(lost.parameters == [-1])
  }
}

/// Mean cross-entropy of X·w[0..<k] + w[k], and ½·strength·Σw² of the weights alone.
func logistic(
  _ w: [Double], _ x: [Double], _ y: [Double], strength: Double
) -> ObjectiveValue {
  let width = w.count - 1
  var value = 0.0
  var gradient = [Double](repeating: 0, count: w.count)
  for row in y.indices {
    let inputs = Array(x[row * width..<(row + 1) * width]) + [1]
    let z = zip(inputs, w).reduce(0) { $0 + $1.0 * $1.1 }
    value += (max(z, 0) - z * y[row] + log1p(exp(-abs(z)))) / Double(y.count)
    let error = (1 / (1 + exp(-z)) - y[row]) / Double(y.count)
    for place in inputs.indices { gradient[place] += error * inputs[place] }
  }
  for place in 0..<width {
    value += strength / 2 * w[place] * w[place]
    gradient[place] += strength * w[place]
  }
  return ObjectiveValue(value, gradient: gradient)
}
