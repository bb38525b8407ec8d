import EspalierProtocols

// Which part of a config a step's recording was at, by the path of the scope: `dense_1.relu`, `loss`.
extension RunConfiguration {
  /// The plugin that recorded under a path, with its place in the config; the nearest one around it.
  func part(ofScope scope: String) -> PlacedPlugin? {
    let name = scope.split(separator: ".").last.map(String.init) ?? ""
    if let path = path(ofLayer: scope) {
      let parts = modelPlugins.filter { $0.path == path || $0.path.hasPrefix(path + ".") }
      // An activation records under its own name within its layer.
      let inner = parts.dropFirst().first { $0.name == name && !($0.plugin is any Layer) }
      return inner ?? parts.first
    }
    switch scope {
    case "loss": return PlacedPlugin(path: "loss", plugin: loss)
    case "optimizer": return PlacedPlugin(path: "optimizer", plugin: optimizer)
    default:
      if let index = regularizers.firstIndex(where: { $0.pluginName == name }) {
        return PlacedPlugin(path: "regularizers[\(index)]", plugin: regularizers[index])
      }
      return callbacks.firstIndex { $0.pluginName == name }.map {
        PlacedPlugin(path: "callbacks[\($0)]", plugin: callbacks[$0])
      }
    }
  }

  /// Where the initializer of a variable was written; the layer's place when it was left to its
  /// default.
  func path(of initializer: any Initializer, forVariable name: String) -> String {
    let layer = path(ofLayer: name) ?? "model"
    let settings = Schema.describe(initializer)
    let part = modelPlugins.first { part in
      part.path.hasPrefix(layer + ".") && Schema.describe(part.plugin) == settings
    }
    return part?.path ?? layer
  }
}
