import EspalierProtocols

/// The built-in initializers.
public let initializers = PluginBundle("initializers") {
}
