import EspalierConformance
import EspalierProtocols
import EspalierReferences
import EspalierRegularizers
import Testing

@Suite struct MaxNormTests {
  @Test func followsTheReference() throws {
    let cases = try Oracle.cases("regularizers/max_norm").filter { $0.text("groups") == "rows" }
    #expect(!cases.isEmpty)
    for reference in cases {
      let found = try Evaluation.run(inputs: reference.inputs) { _, tensors in
        ["w": MaxNorm(limit: reference.number("max_norm")!).constrained(tensors["w"]!)]
      }["w"]!
      #expect(reference.difference("w", found, reference.outputs["w"]!) == nil)
    }
  }

  @Test func filtersAreUnitsAndBiasesAreNot() throws {
    let found = try Evaluation.run(inputs: [
      "w": .init([2, 1, 2, 2], [3, 0, 4, 0, 0, 1, 0, 0]), "b": .init([2], [9, 9]),
      "zero": .init([1, 2], [0, 0]),
    ]) { _, tensors in tensors.mapValues { MaxNorm(limit: 1).constrained($0) } }
    for (found, expected) in zip(found["w"]!.values, [0.6, 0, 0.8, 0, 0, 1, 0, 0]) {
      #expect(abs(found - expected) < 1e-7)
    }
    #expect(found["b"]!.values == [9, 9])
    #expect(found["zero"]!.values == [0, 0])
  }

  @Test func itIsNoPenalty() {
    #expect(MaxNorm(limit: 1).constrains && !L2(strength: 1).constrains)
  }
}
