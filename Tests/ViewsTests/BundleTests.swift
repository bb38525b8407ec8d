import EspalierProtocols
import EspalierViews
import Testing

@Suite struct ViewsBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([views])
  }
}
