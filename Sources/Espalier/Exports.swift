// A program and a plugin see everything with one import, under the names that configs use.
@_exported import EspalierActivations
@_exported import EspalierAugmentations
@_exported import EspalierCPUBackend
@_exported import EspalierCallbacks
@_exported import EspalierHost
@_exported import EspalierInitializers
@_exported import EspalierLayers
@_exported import EspalierLosses
@_exported import EspalierMetrics
@_exported import EspalierNormalizers
@_exported import EspalierOptimizers
@_exported import EspalierProjections
@_exported import EspalierProtocols
@_exported import EspalierReferenceBackend
@_exported import EspalierRegularizers
@_exported import EspalierSchedulers
@_exported import EspalierSources
