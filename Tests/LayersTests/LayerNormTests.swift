import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct LayerNormTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/layer_norm") {
      try compare(
        reference, precision: .doubleWithSingleConstants,
        LayerNorm(
          axes: reference.integers("normalized_shape")!.count,
          epsilon: Float(reference.number("eps")!), affine: reference.flag("affine")!))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(LayerNorm(), [3, 4])
    try checkSlopes(LayerNorm(axes: 2), [2, 3, 2])
  }

  @Test func namesRolesAndShapes() throws {
    let variables = try record(LayerNorm(axes: 2), [4, 3, 2]).variables
    #expect(variables["layer_norm_1.weight"]?.shape == [3, 2])
    #expect(variables["layer_norm_1.weight"]?.role == .scale)
    #expect(variables["layer_norm_1.bias"]?.role == .bias)
  }

  @Test func theBatchIsNoAxisOfASample() {
    #expect(refuses(LayerNorm(axes: 2), [4, 3], "layer_norm over 2 axes"))
  }
}
