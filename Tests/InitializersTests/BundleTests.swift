import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct InitializersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([initializers])
  }
}
