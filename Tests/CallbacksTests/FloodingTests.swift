import EspalierCallbacks
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct FloodingTests {
  @Test(arguments: [(2.0, 2.0, 1.0), (0.25, 0.75, -1.0), (0.5, 0.5, 0.0)])
  func turnsRoundBelowItsLevel(loss: Double, flooded: Double, gradient: Double) throws {
    let found = try Evaluation.run(inputs: ["loss": .init([], [loss])]) { _, tensors in
      let y = Flooding(level: 0.5).flood(tensors["loss"]!)
      return ["y": y, "gradient": y.gradients(for: [tensors["loss"]!])[0]]
    }
    #expect(found["y"]!.values == [flooded])
    #expect(found["gradient"]!.values == [gradient])
  }
}
