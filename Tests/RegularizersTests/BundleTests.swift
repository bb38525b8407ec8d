import EspalierProtocols
import EspalierRegularizers
import Testing

@Suite struct RegularizersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([regularizers])
  }
}
