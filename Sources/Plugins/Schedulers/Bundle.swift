import EspalierProtocols

/// The built-in schedulers.
public let schedulers = PluginBundle("schedulers") {
}
