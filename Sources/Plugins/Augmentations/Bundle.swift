import EspalierProtocols

/// The built-in augmentations.
public let augmentations = PluginBundle("augmentations") {
  HorizontalFlip.self
  VerticalFlip.self
  RandomCrop.self
  FeatureNoise.self
}
