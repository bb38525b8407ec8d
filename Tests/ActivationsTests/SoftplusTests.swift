import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct SoftplusTests {
  @Test func agreesWithReference() throws {
    try checkCases("softplus") { Softplus(beta: Float($0.number("beta")!)) }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(Softplus(beta: 2)) }

  @Test func gradientAtZeroIsAHalf() throws {
    let result = try Evaluation.run(inputs: ["x": .init([1], [0])]) { _, tensors in
      let x = tensors["x"]!
      return ["dx": Softplus()(x).sum().gradients(for: [x])[0]]
    }
    #expect(result["dx"]!.values == [0.5])
  }
}
