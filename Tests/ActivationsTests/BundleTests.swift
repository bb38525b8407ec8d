import EspalierActivations
import EspalierProtocols
import Testing

@Suite struct ActivationsBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([activations])
  }

  @Test func everySettingIsDescribed() {
    for type in activations.plugins {
      for item in Schema(of: type.init()).items {
        switch item.content {
        case .parameter(let parameter): #expect(!parameter.text.isEmpty, "\(type) \(item.name)")
        case .component(let component): #expect(!component.text.isEmpty, "\(type) \(item.name)")
        }
      }
    }
  }
}
