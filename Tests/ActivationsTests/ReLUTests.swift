import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct ReLUTests {
  @Test func agreesWithReference() throws {
    try checkCases("relu") { _ in ReLU() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(ReLU()) }

  @Test func gainIsTheReference() throws {
    #expect(abs(ReLU().gain - (try referenceGain("relu"))) < 1e-6)
  }

  @Test func passesNotANumber() throws {
    let result = try Evaluation.run(inputs: ["x": .init([2], [.nan, -1])]) {
      ["y": ReLU()($1["x"]!)]
    }
    #expect(result["y"]!.values[0].isNaN && result["y"]!.values[1] == 0)
  }
}
