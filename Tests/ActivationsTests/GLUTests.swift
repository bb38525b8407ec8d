import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct GLUTests {
  @Test func agreesWithReference() throws {
    try checkCases("glu") { GLU(axis: Int($0.number("dim")!)) }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(GLU()) }

  @Test func whatCannotBeHalvedIsRefused() {
    #expect(throws: RecordingFailure.self) {
      _ = try Evaluation.run(inputs: ["x": .init([2, 3], [1, 2, 3, 4, 5, 6])]) {
        ["y": GLU()($1["x"]!)]
      }
    }
    #expect(throws: RecordingFailure.self) {
      _ = try Evaluation.run(inputs: ["x": .init([2], [1, 2])]) { ["y": GLU()($1["x"]!)] }
    }
  }
}
