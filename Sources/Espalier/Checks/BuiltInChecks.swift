import EspalierHost
import EspalierProtocols

/// Combinations of built-in plugins that make no sense, found before a run.
let builtInChecks = PluginBundle("checks") {}
  .checking([
    DoubledOutputCheck(), DropoutBeforeNormalizationCheck(), NothingBetweenCheck(),
    UselessBiasCheck(), MaxoutPiecesCheck(), NoZerosCheck(), ImageAugmentationCheck(),
    ScheduleLengthCheck(), EpochReachedCheck(), MissingOutputCheck(), PointsForMetricsCheck(),
  ])

extension RunConfiguration {
  /// Layers and activations that follow each other directly.
  var layerPairs: [(first: PlacedPlugin, second: PlacedPlugin)] {
    layerChains.flatMap { zip($0, $0.dropFirst()).map { ($0, $1) } }
  }
}
