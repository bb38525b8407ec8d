import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct GLUTests {
  @Test func agreesWithReference() throws {
    try checkCases("glu") { GLU(axis: Int($0.number("dim")!)) }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(GLU()) }

  /// Pairs (1, 2) and (3, 0): 1·σ(2) and 3·σ(0), wherever the axis is counted from.
  @Test(arguments: [-1, 2])
  func axesCountFromBothEnds(_ axis: Int) throws {
    let y = try Evaluation.run(inputs: ["x": .init([1, 2, 2], [1, 2, 3, 0])]) {
      ["y": GLU(axis: axis)($1["x"]!)]
    }["y"]!
    #expect(y.shape == [1, 2, 1])
    #expect(abs(y.values[0] - 0.880_797_077_978) < 1e-7)
    #expect(abs(y.values[1] - 1.5) < 1e-7)
  }

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
