import EspalierCallbacks
import EspalierProtocols
import Testing

@Suite struct CallbacksBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([callbacks])
  }
}
