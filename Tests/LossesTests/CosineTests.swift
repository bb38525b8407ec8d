import EspalierConformance
import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct CosineTests {
  @Test func agreesWithReference() throws {
    try checkCases("cosine", in: "../losses/", output: "output") { _ in Cosine() }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Cosine(), outputs, values, sampleWeights: [1, 0.5, 2])
  }

  @Test func shortVectorsHaveADirection() throws {
    let found = try evaluate(Cosine(), .init([1, 2], [1e-5, 0]), .init([1, 2], [3e-5, 4e-5]))
    #expect(abs(found - 0.4) < 1e-6)
  }

  @Test func zerosHaveNoDirection() throws {
    let result = try Evaluation.run(
      inputs: ["x": .init([1, 2], [0, 0]), "t": .init([1, 2], [1, 2])]
    ) { _, tensors in
      let x = tensors["x"]!
      let loss = try Cosine()(x, tensors["t"]!, LossContext(isTraining: true))
      return ["loss": loss, "gradient": loss.gradients(for: [x])[0]]
    }
    #expect(result["loss"]!.values == [1])
    #expect(result["gradient"]!.values.allSatisfy { $0.isFinite })
  }

  @Test func refusesSingleNumbers() {
    #expect(throws: PluginError.self) {
      _ = try evaluate(Cosine(), .init([2, 1], [1, 2]), .init([2, 1], [1, 1]))
    }
  }
}
