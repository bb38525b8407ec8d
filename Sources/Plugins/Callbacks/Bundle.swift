import EspalierProtocols

/// The built-in callbacks.
public let callbacks = PluginBundle("callbacks") {
}
