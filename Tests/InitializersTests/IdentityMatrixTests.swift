import EspalierInitializers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct IdentityMatrixTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("../initializers/identity") {
      let expected = reference.outputs["w"]!.values
      #expect(try draw(IdentityMatrix(), reference) == expected, "\(reference.id)")
      #expect(try draw(IdentityMatrix(gain: 2), reference) == expected.map { 2 * $0 })
    }
  }

  @Test func othersAreRefused() {
    var random = CounterRandom(seed: 1, stream: "test")
    for shape: Shape in [[4], [2, 2, 3, 3]] {
      #expect(throws: PluginError.self) {
        _ = try IdentityMatrix().values(
          for: ParameterDescription(name: "layer_1.weight", shape: shape, fanIn: 4, fanOut: 4),
          random: &random)
      }
    }
  }
}
