import EspalierCleaners
import EspalierProtocols
import Testing

@Suite struct CleanersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([cleaners])
  }
}
