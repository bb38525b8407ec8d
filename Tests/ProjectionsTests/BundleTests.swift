import EspalierProjections
import EspalierProtocols
import Testing

@Suite struct ProjectionsBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([projections])
  }
}
