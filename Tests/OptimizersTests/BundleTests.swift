import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct OptimizersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([optimizers])
  }
}
