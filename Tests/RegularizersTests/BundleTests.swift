import EspalierRegularizers
import EspalierProtocols
import Testing

@Suite struct RegularizersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([regularizers])
  }
}
