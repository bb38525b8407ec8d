import EspalierConformance
import EspalierProtocols
import EspalierRegularizers
import Testing

@Suite struct ActivityPenaltyTests {
  private func penalty(_ regularizer: any Regularizer, _ y: Evaluation.Array) throws -> Double {
    try Evaluation.run(inputs: ["y": y]) { _, tensors in
      ["penalty": regularizer.penalty(activity: tensors["y"]!)]
    }["penalty"]!.values[0]
  }

  @Test func meanOverTheSamples() throws {
    let y = Evaluation.Array([2, 3], [1, -2, 0.5, 0, 3, -0.5])
    #expect(abs(try penalty(ActivityL1(strength: 0.1), y) - 0.1 * 7 / 2) < 1e-6)
    #expect(abs(try penalty(ActivityL2(strength: 0.1), y) - 0.1 * 14.5 / 2 / 2) < 1e-6)
    let image = Evaluation.Array([1, 1, 2, 2], [1, -2, 3, -4])
    #expect(abs(try penalty(ActivityL1(strength: 2), image) - 20) < 1e-6)
    #expect(abs(try penalty(ActivityL2(strength: 2), image) - 30) < 1e-6)
  }

  @Test func parametersAreLeftAlone() throws {
    for regularizer in [ActivityL1(strength: 1), ActivityL2(strength: 1)] as [any Regularizer] {
      #expect(regularizer.penalizesActivities)
      let found = try Evaluation.run(inputs: ["w": .init([2], [3, 4])]) { _, tensors in
        ["penalty": regularizer.penalty(tensors["w"]!)]
      }["penalty"]!.values
      #expect(found == [0])
    }
  }
}
