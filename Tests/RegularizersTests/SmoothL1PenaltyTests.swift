import EspalierConformance
import EspalierProtocols
import EspalierRegularizers
import Testing

@Suite struct SmoothL1PenaltyTests {
  @Test func followsTheReference() throws {
    try check("smooth_l1") {
      SmoothL1Penalty(strength: $0.number("lambda")!, beta: $0.number("beta")!)
    }
  }

  /// β = ½: below it w²/(2β) = w², above it |w| − ¼.
  @Test func betaIsWhereThePiecesMeet() throws {
    let found = try Evaluation.run(inputs: ["w": .init([4], [0.25, -0.5, 1, -3])]) {
      ["y": SmoothL1Penalty(strength: 2, beta: 0.5).penalty($1["w"]!)]
    }["y"]!.values[0]
    #expect(abs(found - 2 * (0.0625 + 0.25 + 0.75 + 2.75)) < 1e-6)
  }
}
