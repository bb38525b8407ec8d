import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct InitializersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([initializers])
  }

  @Test func everySettingIsDescribed() {
    for type in initializers.plugins {
      for item in Schema(of: type.init()).items {
        guard case .parameter(let parameter) = item.content else { continue }
        #expect(!parameter.text.isEmpty, "\(type) \(item.name)")
      }
    }
  }
}
