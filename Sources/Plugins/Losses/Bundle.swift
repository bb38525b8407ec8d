import EspalierProtocols

/// The built-in losses.
public let losses = PluginBundle("losses") {
}
