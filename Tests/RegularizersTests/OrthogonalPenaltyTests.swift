import EspalierConformance
import EspalierProtocols
import EspalierReferences
import EspalierRegularizers
import Testing

@Suite struct OrthogonalPenaltyTests {
  @Test func followsTheReference() throws {
    try check("orthogonal") {
      OrthogonalPenalty(
        strength: $0.number("lambda")!, vectors: $0.text("gram") == "rows" ? .units : .inputs)
    }
  }

  @Test func fewerVectorsCanBeOrthogonal() throws {
    // Two vectors of length one at right angles, as rows and as columns.
    for (shape, w): (Shape, [Double]) in [
      ([2, 3], [1, 0, 0, 0, 0, 1]), ([3, 2], [1, 0, 0, 0, 0, 1]),
    ] {
      let result = try Evaluation.run(inputs: ["w": .init(shape, w)]) {
        ["penalty": OrthogonalPenalty(strength: 1).penalty($1["w"]!)]
      }
      #expect(result["penalty"]!.values == [0])
    }
  }
}
