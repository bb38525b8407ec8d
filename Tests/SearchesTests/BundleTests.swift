import EspalierProtocols
import EspalierSearches
import Testing

@Suite struct SearchesBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([searches])
  }
}
