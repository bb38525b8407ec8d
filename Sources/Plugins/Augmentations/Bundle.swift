import EspalierProtocols

/// The built-in augmentations.
package let augmentations = PluginBundle("augmentations") {
  HorizontalFlip.self
  VerticalFlip.self
  RandomCrop.self
  ResizedCrop.self
  Rotation.self
  Translation.self
  Zoom.self
  ColorJitter.self
  Blur.self
  Cutout.self
  GaussianNoise.self
  FeatureNoise.self
  Mixup.self
  CutMix.self
}
