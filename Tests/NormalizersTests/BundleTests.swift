import EspalierNormalizers
import EspalierProtocols
import Testing

@Suite struct NormalizersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([normalizers])
  }
}
