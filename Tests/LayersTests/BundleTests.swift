import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct LayersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([layers])
  }
}
