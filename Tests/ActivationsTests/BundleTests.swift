import EspalierActivations
import EspalierProtocols
import Testing

@Suite struct ActivationsBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([activations])
  }
}
