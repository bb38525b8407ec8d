import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct LossesBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([losses])
  }

  @Test func everySettingIsDescribed() {
    for type in losses.plugins {
      for item in Schema(of: type.init()).items {
        guard case .parameter(let parameter) = item.content else { continue }
        #expect(!parameter.text.isEmpty, "\(type) \(item.name)")
      }
    }
  }
}
