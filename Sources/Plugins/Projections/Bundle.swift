import EspalierProtocols

/// The built-in projections.
public let projections = PluginBundle("projections") {
}
