import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct GlobalAveragePoolTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases(
      "layers/pooling", named: ["global_avg_pool1d", "global_avg_pool2d"])
    {
      try compare(reference, GlobalAveragePool())
    }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(GlobalAveragePool(), [2, 3, 2, 3]) }

  @Test func featuresAreRefused() { #expect(refuses(GlobalAveragePool(), [4, 9], "takes images")) }
}
