import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct GlobalMaxPoolTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases(
      "layers/pooling", named: ["global_max_pool1d", "global_max_pool2d"])
    {
      try compare(reference, GlobalMaxPool())
    }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(GlobalMaxPool(), [2, 3, 2, 3]) }

  @Test func featuresAreRefused() { #expect(refuses(GlobalMaxPool(), [4, 9], "takes images")) }
}
