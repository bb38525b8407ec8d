import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct MetricsBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([metrics])
  }
}
