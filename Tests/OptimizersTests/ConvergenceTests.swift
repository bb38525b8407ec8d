import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct ConvergenceTests {
  static let all: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.02, momentum: 0.9),
    SGD(learningRate: 0.02, momentum: 0.9, nesterov: true), Adam(learningRate: 0.05),
    Adam(learningRate: 0.05, amsgrad: true), AdamW(learningRate: 0.05, weightDecay: 0),
    RMSProp(learningRate: 0.01), RMSProp(learningRate: 0.01, centered: true),
    Adagrad(learningRate: 0.5), Adamax(learningRate: 0.05), NAdam(learningRate: 0.02),
    RAdam(learningRate: 0.05), Adadelta(learningRate: 2), Lion(learningRate: 0.01),
    ProximalSGD(learningRate: 0.1, strength: 0), Rprop(learningRate: 0.01),
  ]

  /// From (3, −2) to the minimum (1, −1) of a quadratic of condition 10.
  @Test(arguments: all.indices) func findsAMinimum(index: Int) throws {
    let a = [2.0, 0.6, 0.6, 0.4]
    let c = [1.0, -1.0]
    var harness = Harness(Self.all[index], at: .init([2], [3, -2]))
    for _ in 0..<1500 { try harness.step(quadraticGradient(a, c, at: harness.parameter)) }
    let distance = zip(harness.parameter, c).map { abs($0 - $1) }.max()!
    #expect(distance < 0.05, "\(Self.all[index].pluginName) stops at \(harness.parameter)")
  }

  /// Fused and in single precision it is the same rule.
  @Test(arguments: all.indices) func isTheSameOptimized(index: Int) throws {
    let optimizer = Self.all[index]
    let inputs: [String: Evaluation.Array] = [
      "gradient": .init([5], [1, -0.5, 0.25, 3, -2]), "rate": .init([], [0.01]),
      "number": .init([], [7]),
    ]
    let start = ["w": [0.5, -1, 2, 0.1, -0.3]]
    try Evaluation.checkBackends(inputs: inputs, parameters: start) { recorder, tensors in
      let variable = try recorder.variables.declare("w", [5], role: .weight, initial: .constant(0))
      let value = recorder.value(of: variable)
      let step = OptimizerStep(
        rate: tensors["rate"]!, number: tensors["number"]!, decays: true, parameter: value,
        name: "w")
      recorder.assign(variable, optimizer.update(value, gradient: tensors["gradient"]!, step))
      return [:]
    }
  }

  /// A rule that treats every number alike gives the same for parameters apart and laid together.
  @Test(arguments: all.indices) func treatsEveryNumberAlike(index: Int) throws {
    var together = Harness(Self.all[index], at: .init([2], [0.5, -1]))
    var first = Harness(Self.all[index], at: .init([1], [0.5]))
    var second = Harness(Self.all[index], at: .init([1], [-1]))
    for step in 0..<5 {
      let g = Double(step) - 1.5
      try together.step([g, 0.5 * g])
      try first.step([g])
      try second.step([0.5 * g])
    }
    #expect(together.parameter == first.parameter + second.parameter)
  }
}
