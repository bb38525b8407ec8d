import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct LayersBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([layers])
  }

  @Test func everySettingIsDescribed() {
    for type in layers.plugins {
      for item in Schema(of: type.init()).items {
        switch item.content {
        case .parameter(let parameter): #expect(!parameter.text.isEmpty, "\(type) \(item.name)")
        case .component(let component): #expect(!component.text.isEmpty, "\(type) \(item.name)")
        }
      }
    }
  }

  @Test func layersAreDescribedAsAConfigWritesThem() {
    #expect(
      "\(Schema.describe(Conv2D(8, kernel: Pair(3, 5), padding: .same)))"
        == "{conv2d: {filters: 8, kernel: [3, 5], stride: 1, padding: same, dilation: 1, "
        + "groups: 1, bias: true, activation: null, initializer: null, bias_initializer: null}}")
    #expect("\(Schema.describe(MaxPool()))".contains("stride: null"))
  }
}
