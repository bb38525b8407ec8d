import EspalierOptimizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct SGDTests {
  private func make(_ reference: OracleCase) -> SGD {
    SGD(
      learningRate: reference.number("lr")!, momentum: reference.number("momentum") ?? 0,
      nesterov: reference.flag("nesterov") ?? false,
      dampening: reference.number("dampening") ?? 0,
      weightDecay: reference.number("weight_decay") ?? 0)
  }

  @Test(arguments: ["sgd", "momentum", "nesterov", "sgd_weight_decay"])
  func followsTheReference(file: String) throws { try check(file, make) }

  /// v = ρv + (1 − ρ)g is momentum with dampening ρ, but for its first step.
  @Test func dampeningIsAnAverageAfterTheFirstStep() throws {
    var harness = Harness(
      SGD(learningRate: 1, momentum: 0.5, dampening: 0.5), at: .init([1], [0]))
    try harness.step([8])
    #expect(harness.parameter == [-8])
    try harness.step([2])
    #expect(harness.parameter == [-13])
  }

  @Test func nesterovNeedsMomentumWithoutDampening() throws {
    #expect(throws: PluginError.self) { try SGD(learningRate: 1, nesterov: true).validate() }
    #expect(throws: PluginError.self) {
      try SGD(learningRate: 1, momentum: 0.9, nesterov: true, dampening: 0.1).validate()
    }
  }

  /// Groups with rates of their own; the decay reaches weights alone.
  @Test func groupsDifferInRateAndDecay() throws {
    for reference in try Oracle.cases("optimizers/param_groups") {
      let optimizer: any Optimizer =
        switch reference.text("optimizer") {
        case "AdamW": AdamW(learningRate: 1, weightDecay: 0.2)
        case "Adam": Adam(learningRate: 1, weightDecay: 0.2)
        default:
          SGD(
            learningRate: 1, momentum: 0.9,
            weightDecay: reference.text("weight_decay") == nil ? 0 : 0.2)
        }
      let given = try GivenGradients(try #require(reference.other["gradients_set"]?.text))
      let recorded = try #require(reference.outputs["recorded_steps"]).values.map { Int($0) }
      var offset = 0
      for (name, shape) in zip(given.names, given.shapes) {
        let part = offset..<offset + shape.count
        offset += shape.count
        let groups = try #require(reference.params["groups"]?.list)
        let group = groups.first { $0["params"]?.list?.contains(.text(name)) == true }
        let rate = try #require(group?["lr"]?.number)
        var harness = Harness(optimizer, at: .init(shape, Array(given.start.values[part])))
        var path: [Double] = []
        for (step, gradient) in given.steps.enumerated() {
          try harness.step(
            Array(gradient[part]), rate: rate, decays: group?["weight_decay"]?.number != 0)
          if recorded.contains(step + 1) { path += harness.parameter }
        }
        let expected = try #require(reference.outputs[name])
        let problem = reference.difference(
          name, .init(expected.shape, path), expected, precision: .single)
        #expect(problem == nil, "\(reference.id): \(problem ?? "")")
      }
    }
  }

  @Test func hasTheNamesOfItsConfig() {
    #expect(
      partNames(SGD()) == [
        "learning_rate", "momentum", "nesterov", "dampening", "weight_decay", "decay_biases",
      ])
  }
}
