import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct ParameterGroupsTests {
  private func optimizer(_ name: String, rate: Double, decay: Double, _ reference: OracleCase)
    -> any Optimizer
  {
    switch name {
    case "SGD":
      SGD(learningRate: rate, momentum: reference.number("momentum") ?? 0, weightDecay: decay)
    case "AdamW": AdamW(learningRate: rate, weightDecay: decay)
    default: Adam(learningRate: rate, weightDecay: decay)
    }
  }

  /// Each parameter goes the way of its own optimizer, with its rate and decay.
  @Test func followsTheReference() throws {
    for reference in try Oracle.cases("optimizers/param_groups") {
      let name = try #require(reference.text("optimizer"))
      let groups = ParameterGroups(
        try #require(reference.params["groups"]?.list).filter { $0["frozen"]?.flag != true }
          .map { group in
            let own = optimizer(
              name, rate: group["lr"]!.number!, decay: group["weight_decay"]?.number ?? 0, reference
            )
            return Only(group["params"]!.list!.map { $0.text! }, own)
          })
      let given = try GivenGradients(reference.other["gradients_set"]!.text!)
      var offset = 0
      for (name, shape) in zip(given.names, given.shapes) {
        let range = offset..<offset + shape.count
        offset = range.upperBound
        let start = Evaluation.Array([shape.count], Array(given.start.values[range]))
        // What no group takes is frozen.
        var harness = groups.part(of: name, shape: shape).map {
          Harness(groups.parts[$0], at: start)
        }
        let recorded = try #require(reference.outputs["recorded_steps"]).values.map { Int($0) }
        let expected = try #require(reference.outputs[name])
        var place = 0
        for (step, gradient) in given.steps.enumerated() {
          try harness?.step(Array(gradient[range]))
          guard place < recorded.count, recorded[place] == step + 1 else { continue }
          let row = Array(expected.values[place * shape.count..<(place + 1) * shape.count])
          #expect(
            reference.difference(
              name, .init([shape.count], harness?.parameter ?? start.values),
              .init([shape.count], row),
              precision: .single) == nil)
          place += 1
        }
        #expect(place == recorded.count)
      }
    }
  }

  @Test func theFirstThatTakesAParameterHasIt() {
    let groups = ParameterGroups([
      Only(["head"], SGD(learningRate: 0.1)), Only(["conv*"], Muon(learningRate: 0.2)),
      Only(["*.bias"], Lion(learningRate: 0.3)),
    ])
    #expect(groups.parts.map(\.pluginName) == ["sgd", "muon", "adamw", "lion"])
    let found = [
      ("head.weight", Shape([3, 4])), ("head.bias", [3]), ("conv2d_1.weight", [2, 3, 3, 3]),
      ("conv2d_1.bias", [2]), ("dense_1.bias", [4]), ("dense_1.weight", [3, 4]),
    ].map { groups.part(of: $0.0, shape: $0.1) }
    #expect(found == [0, 0, 1, 2, 3, nil])
    #expect(groups.learningRate == 0.3)
  }

  @Test func emptyOnesAreRefused() {
    #expect(throws: PluginError.self) { try ParameterGroups([]).validate() }
    #expect(throws: PluginError.self) { try Only([], SGD(learningRate: 0.1)).validate() }
  }
}
