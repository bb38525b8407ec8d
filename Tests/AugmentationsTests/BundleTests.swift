import EspalierAugmentations
import EspalierProtocols
import Testing

@Suite struct AugmentationsBundleTests {
  @Test func everyPluginBelongsToAKind() throws {
    _ = try Catalog([augmentations])
  }
}
