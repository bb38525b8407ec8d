import EspalierProtocols

/// The built-in augmentations.
package let augmentations = PluginBundle("augmentations") {
  HorizontalFlip.self
  VerticalFlip.self
  RandomCrop.self
  FeatureNoise.self
}
