import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct InstanceNormTests {
  @Test func agreesWithReference() throws {
    let references = try Oracle.cases("layers/group_norm", named: ["instance_norm"])
    #expect(!references.isEmpty)
    for reference in references {
      try compare(
        reference, precision: .doubleWithSingleConstants,
        InstanceNorm(epsilon: Float(reference.number("eps")!)))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(InstanceNorm(), [2, 2, 3])
    try checkSlopes(InstanceNorm(affine: false), [2, 2, 2, 2])
  }

  @Test func names() throws {
    let variables = try record(InstanceNorm(), [4, 6, 2, 2]).variables
    #expect(variables.variables.map(\.name) == ["instance_norm_1.weight", "instance_norm_1.bias"])
  }

  @Test func aChannelOfOneValueIsRefused() {
    #expect(refuses(InstanceNorm(), [4, 3], "takes images"))
    #expect(refuses(InstanceNorm(), [4, 3, 1, 1], "more than one value a channel"))
  }
}
