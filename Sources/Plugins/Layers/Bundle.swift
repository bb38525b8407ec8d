import EspalierProtocols

/// The built-in layers.
public let layers = PluginBundle("layers") {
}
