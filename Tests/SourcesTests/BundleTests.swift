import EspalierProtocols
import EspalierSources
import Testing

@Suite struct SourcesBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([sources])
  }
}
