import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct SoftmaxTests {
  @Test func agreesWithReference() throws {
    try checkCases("softmax") { Softmax(axis: Int($0.number("dim")!)) }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Softmax())
    try checkSlopes(Softmax(axis: 0))
  }

  @Test func anAxisThatIsNotThereIsNamed() {
    #expect {
      _ = try Evaluation.run(inputs: ["x": .init([2], [1, 2])]) {
        ["y": Softmax(axis: 3)($1["x"]!)]
      }
    } throws: {
      "\($0)".contains("[3]")
    }
  }
}
