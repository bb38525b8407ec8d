import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct LossesBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([losses])
  }
}
