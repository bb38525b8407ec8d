import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import EspalierReferences
import Foundation
import Testing

@Suite struct NewtonTests {
  /// One step to the minimum of a parabola.
  @Test func oneStepOnAQuadratic() throws {
    let reference = try Oracle.cases("optimizers/lbfgs")[0]
    let a = try #require(reference.inputs["A"]).values
    let c = try #require(reference.inputs["c"]).values
    let newton = Newton()
    let walk = try FunctionObjective(newton, from: [3, -2, 5], hessian: { _ in a }) { w in
      let gradient = quadraticGradient(a, c, at: w)
      let value = zip(gradient, zip(w, c)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) / 2 }
      return ObjectiveValue(value, gradient: gradient)
    }
    try walk.step(by: newton)
    #expect(zip(walk.parameters, c).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// (H + λ·I)·d = −g, also where H is not quite symmetric.
  @Test func damping() throws {
    let newton = Newton(learningRate: 0.5, damping: 2)
    let walk = try FunctionObjective(
      newton, from: [1, 1], hessian: { _ in [4, 1.25, 0.75, 2] }
    ) { w in
      ObjectiveValue(w[0] + w[1], gradient: [1, 1])
    }
    try walk.step(by: newton)
    // [[6, 1], [1, 4]]·d = −[1, 1]
    let expected = [1 - 0.5 * 3 / 23, 1 - 0.5 * 5 / 23]
    #expect(zip(walk.parameters, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// At a saddle's slope the Hessian is shifted until the step goes down.
  @Test func leavesSaddles() throws {
    let newton = Newton()
    // x⁴/4 − x²/2 + y²/2, with minima at (±1, 0) and a saddle at 0.
    let walk = try FunctionObjective(
      newton, from: [0.1, 1], hessian: { w in [3 * w[0] * w[0] - 1, 0, 0, 1] }
    ) { w in
      ObjectiveValue(
        pow(w[0], 4) / 4 - w[0] * w[0] / 2 + w[1] * w[1] / 2,
        gradient: [pow(w[0], 3) - w[0], w[1]])
    }
    for _ in 0..<30 { try walk.step(by: newton) }
    #expect(abs(walk.parameters[0] - 1) < 1e-6 && abs(walk.parameters[1]) < 1e-6)
  }

  /// A step that goes too far is halved: √(1 + x²) throws Newton out from beyond 1.
  @Test func turnsBack() throws {
    let newton = Newton()
    let walk = try FunctionObjective(
      newton, from: [3], hessian: { w in [pow(1 + w[0] * w[0], -1.5)] }
    ) { w in
      let root = (1 + w[0] * w[0]).squareRoot()
      return ObjectiveValue(root, gradient: [w[0] / root])
    }
    for _ in 0..<20 { try walk.step(by: newton) }
    #expect(abs(walk.parameters[0]) < 1e-6)
  }

  @Test func largeModelsAreRefused() {
    let error = #expect(throws: PluginError.self) { try Newton().memory(for: 2001) }
    #expect(error?.parameter == "max_parameters" && error?.message.contains("2001") == true)
    #expect(throws: Never.self) { try Newton().memory(for: 2000) }
  }
}
