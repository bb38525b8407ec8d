import EspalierActivations
import EspalierAugmentations
import EspalierCPUBackend
import EspalierCallbacks
import EspalierHost
import EspalierInitializers
import EspalierLayers
import EspalierLosses
import EspalierMetrics
import EspalierNormalizers
import EspalierOptimizers
import EspalierProjections
import EspalierProtocols
import EspalierReferenceBackend
import EspalierRegularizers
import EspalierSchedulers
import EspalierSources
import Foundation

let catalog = try! Catalog([
  activations, layers, initializers, losses, optimizers, schedulers, regularizers, sources,
  normalizers, projections, augmentations, callbacks, metrics,
  PluginBundle("backends") { CPUBackend.self; ReferenceBackend.self },
])
let defaults = HostDefaults(backend: CPUBackend())

/// The project's own folder.
let project = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// Runs a config of a folder without writing anything.
func train(_ path: String, sets: [String] = []) throws -> TrainingResult {
  let configuration = try ConfigurationLoader.load(path: path, catalog: catalog, sets: sets)
  var options = TrainingOptions()
  options.writesFolder = false
  return try Training.run(configuration, catalog: catalog, defaults: defaults, options: options)
}
