import EspalierActivations
import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct MaxoutTests {
  // Ties share the gradient here, where the reference gives it to one: compared by their values
  // only.
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("activations/maxout", named: ["maxout"]) {
      let differences = try reference.differences(
        skipping: reference.tags.contains("tie") ? ["gradients.x"] : []
      ) { ["y": Maxout(pieces: Int(reference.number("pieces")!))($1["x"]!)] }
      #expect(differences == [])
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Maxout(), shape: [3, 4])
    try checkSlopes(Maxout(pieces: 3), shape: [2, 6, 2])
  }

  @Test func equalValuesShareTheGradient() throws {
    let result = try Evaluation.run(inputs: ["x": .init([1, 2], [3, 3])]) {
      ["dx": Maxout()($1["x"]!).sum().gradients(for: [$1["x"]!])[0]]
    }
    #expect(result["dx"]!.values == [0.5, 0.5])
  }

  @Test func aListOfFeaturesIsGrouped() throws {
    let y = try Evaluation.run(inputs: ["x": .init([4], [1, 3, -2, -5])]) {
      ["y": Maxout()($1["x"]!)]
    }["y"]!
    #expect(y.values == [3, -2])
  }

  @Test func whatCannotBeGroupedIsRefused() {
    #expect(throws: RecordingFailure.self) {
      _ = try Evaluation.run(inputs: ["x": .init([1, 3], [1, 2, 3])]) { ["y": Maxout()($1["x"]!)] }
    }
  }
}
