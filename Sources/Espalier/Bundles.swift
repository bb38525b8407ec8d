import EspalierActivations
import EspalierAugmentations
import EspalierBalancers
import EspalierCPUBackend
import EspalierCallbacks
import EspalierCleaners
import EspalierInitializers
import EspalierLayers
import EspalierLosses
import EspalierMetrics
import EspalierNormalizers
import EspalierOptimizers
import EspalierProjections
import EspalierReferenceBackend
import EspalierRegularizers
import EspalierReports
import EspalierSchedulers
import EspalierSearches
import EspalierSelectors
import EspalierSources
import EspalierViews

/// All plugins that come with the framework.
public let builtInBundles: [PluginBundle] = [
  sources, cleaners, selectors, normalizers, projections, balancers, augmentations, views, layers,
  activations, initializers, losses, optimizers, schedulers, regularizers, callbacks, metrics,
  searches, backends, builtInChecks,
].map { $0.from(PluginOrigin(package: PluginOrigin.framework, version: espalierVersion)) }

private let backends = PluginBundle("backends") {
  CPUBackend.self
  ReferenceBackend.self
}

/// The built-in plugins and those of some more bundles.
///
/// A plugin that has the name of another one is fine: `acme/relu` says which is meant.
///
/// - Throws: ``PluginError`` when two bundles are of one name, or a bundle has a name twice.
public func defaultCatalog(adding bundles: [PluginBundle] = []) throws(PluginError) -> Catalog {
  try Catalog(builtInBundles + bundles)
}

extension HostDefaults {
  /// The processor as backend; a stop at NaN, progress display, logs and checkpoints as callbacks; a
  /// report at the end.
  public static var standard: HostDefaults {
    var defaults = HostDefaults(
      backend: CPUBackend(),
      callbacks: [NaNGuard(), ProgressDisplay(), JSONLog(), CSVLog(), Checkpoint()],
      ensembles: EnsembleBalancers(bootstrap: Bootstrap()) { SampleWeights($0) })
    defaults.report = { try RunReport.write(folder: $0, configuration: $1, trained: $2) }
    return defaults
  }
}
