import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct SchedulersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([schedulers])
  }
}
