import EspalierBalancers
import EspalierProtocols
import Testing

@Suite struct BalancersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([balancers])
  }
}
