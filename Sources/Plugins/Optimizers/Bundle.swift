import EspalierProtocols

/// The built-in optimizers.
public let optimizers = PluginBundle("optimizers") {
}
