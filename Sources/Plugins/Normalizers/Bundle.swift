import EspalierProtocols

/// The built-in normalizers.
public let normalizers = PluginBundle("normalizers") {
}
