import EspalierProtocols

/// The built-in augmentations.
public let augmentations = PluginBundle("augmentations") {
}
