import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct RMSNormTests {
  @Test func agreesWithReference() throws {
    let references = try Oracle.cases("layers/group_norm", named: ["rms_norm"])
    #expect(!references.isEmpty)
    for reference in references {
      try compare(
        reference, precision: .doubleWithSingleConstants,
        RMSNorm(epsilon: Float(reference.number("eps")!)))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(RMSNorm(), [2, 3, 4])
    try checkSlopes(RMSNorm(affine: false), [2, 3])
  }

  @Test func namesRolesAndShapes() throws {
    let weight = try record(RMSNorm(), [4, 6]).variables["rms_norm_1.weight"]
    #expect(weight?.shape == [6])
    #expect(weight?.role == .scale)
    #expect(refuses(RMSNorm(), [4], "takes samples"))
  }
}
