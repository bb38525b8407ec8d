import EspalierProtocols

/// The built-in sources.
public let sources = PluginBundle("sources") {
}
