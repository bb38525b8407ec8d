import EspalierInitializers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct DiracTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("../initializers/dirac") {
      let found = try draw(Dirac(groups: Int(reference.number("groups")!)), reference)
      #expect(found == reference.outputs["w"]!.values, "\(reference.id)")
    }
  }

  @Test func othersAreRefused() {
    var random = CounterRandom(seed: 1, stream: "test")
    for (shape, groups): (Shape, Int) in [([4], 1), ([4, 4], 1), ([4, 2, 3, 3], 3)] {
      #expect(throws: PluginError.self) {
        _ = try Dirac(groups: groups).values(
          for: ParameterDescription(name: "conv2d_1.weight", shape: shape, fanIn: 4, fanOut: 4),
          random: &random)
      }
    }
  }
}
