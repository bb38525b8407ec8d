import EspalierProtocols
import EspalierSelectors
import Testing

@Suite struct SelectorsBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([selectors])
  }
}
