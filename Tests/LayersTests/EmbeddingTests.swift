import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct EmbeddingTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/embedding") {
      let layer = Embedding(
        Int(reference.number("num_embeddings")!), size: Int(reference.number("embedding_dim")!),
        padding: reference.number("padding_idx").map { Int($0) })
      let differences = try reference.differences {
        ["y": try layer($1["index"]!, in: Scope($0))]
      }
      #expect(differences == [])
    }
  }

  @Test func numbersOutsideOfTheTableStopTheRun() throws {
    for number in [5, -1, 1.5] {
      let index = Evaluation.Array([2], [0, number])
      func body(_ recorder: Recorder, _ tensors: [String: Tensor]) throws -> [String: Tensor] {
        ["y": try Scope(recorder).apply([Embedding(5, size: 2)], to: tensors["x"]!)]
      }
      for isOptimized in [true, false] {
        #expect {
          _ =
            isOptimized
            ? try Evaluation.runOptimized(inputs: ["x": index], body)
            : try Evaluation.run(inputs: ["x": index], body)
        } throws: { "\($0)".contains("not among the 5 rows of a table") }
      }
    }
  }

  @Test func vectorsBeginStandardNormal() throws {
    let layer = Embedding(500, size: 8)
    let weight = try #require(try record(layer, [2, 3]).variables["embedding_1.weight"])
    #expect(weight.shape == [500, 8])
    let values = try weight.initialValues(seed: 1, folder: ".")
    let square = values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
    #expect(abs(square - 1) < 0.1)
    #expect(try record(layer, [2, 3]).shape == [2, 3, 8])
  }

  @Test func aPaddingMustBeAmongTheNumbers() {
    #expect(throws: PluginError.self) { try Embedding(3, size: 2, padding: 3).validate() }
    #expect(throws: Never.self) { try Embedding(3, size: 2, padding: 2).validate() }
  }
}
