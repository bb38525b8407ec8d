import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct GroupNormTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/group_norm", named: ["group_norm"]) {
      try compare(
        reference, precision: .doubleWithSingleConstants,
        GroupNorm(
          Int(reference.number("num_groups")!), epsilon: Float(reference.number("eps")!)))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(GroupNorm(2), [2, 4, 3])
    try checkSlopes(GroupNorm(1, affine: false), [2, 2, 2, 2])
  }

  @Test func namesRolesAndShapes() throws {
    let variables = try record(GroupNorm(2), [4, 6, 2, 2]).variables
    #expect(variables["group_norm_1.weight"]?.shape == [6])
    #expect(variables["group_norm_1.weight"]?.role == .scale)
    #expect(variables["group_norm_1.bias"]?.role == .bias)
    #expect(try record(GroupNorm(2, affine: false), [4, 6]).variables.variables.isEmpty)
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(GroupNorm(4), [2, 6, 3], "6 channels cannot be split into 4 groups"))
    #expect(refuses(GroupNorm(1), [2], "takes"))
  }
}
