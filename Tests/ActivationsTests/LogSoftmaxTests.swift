import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct LogSoftmaxTests {
  @Test func agreesWithReference() throws {
    try checkCases("log_softmax") { LogSoftmax(axis: Int($0.number("dim")!)) }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(LogSoftmax())
    try checkSlopes(LogSoftmax(axis: 0))
  }

  @Test func anAxisThatIsNotThereIsNamed() {
    #expect {
      _ = try Evaluation.run(inputs: ["x": .init([2], [1, 2])]) {
        ["y": LogSoftmax(axis: 3)($1["x"]!)]
      }
    } throws: {
      "\($0)".contains("[3]")
    }
  }
}
