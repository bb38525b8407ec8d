import EspalierProtocols

/// The built-in activations.
public let activations = PluginBundle("activations") {
}
