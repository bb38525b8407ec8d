import EspalierProtocols

/// The built-in metrics.
public let metrics = PluginBundle("metrics") {
}
