import EspalierProtocols

/// The built-in regularizers.
public let regularizers = PluginBundle("regularizers") {
}
