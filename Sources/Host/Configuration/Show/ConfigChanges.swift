import EspalierProtocols

/// In what a config differs from its defaults.
package enum ConfigChanges {
  /// The settings that are not what they would be without a word, by their paths, in the config's order. A
  /// plugin that is there by choice stands under its place, its changed options under its own name:
  /// `optimizer`, `optimizer.adam.learning_rate`.
  package static func settings(of configuration: RunConfiguration) -> [RunRecord.Setting] {
    var walk = Walk(catalog: configuration.catalog)
    walk.visit(
      SchemaItem.items(of: configuration), SchemaItem.items(of: RunConfiguration()), path: "")
    return walk.found.filter { $0.path != "name" }
  }

  private struct Walk {
    let catalog: Catalog
    var found: [RunRecord.Setting] = []

    mutating func visit(_ items: [SchemaItem], _ standard: [SchemaItem], path: String) {
      for (item, standard) in zip(items, standard) {
        let path = path.isEmpty ? item.name : path + "." + item.name
        switch (item.content, standard.content) {
        case (.section(let section), _):
          visit(
            SchemaItem.items(of: section), SchemaItem.items(of: type(of: section).init()),
            path: path)
        case (.parameter(let own), .parameter(let standard)):
          if let value = own.currentConfigValue, value != standard.currentConfigValue {
            found.append(.init(path: path, value: value))
          }
        case (.component(let own), .component(let standard)):
          visit(own, standard, path: path)
        default: break
        }
      }
    }

    private mutating func visit(
      _ own: any AnyComponent, _ standard: any AnyComponent, path: String
    ) {
      let plugins = own.current
      if plugins.isEmpty {
        if !standard.current.isEmpty { found.append(.init(path: path, value: .null)) }
        return
      }
      for (index, plugin) in plugins.enumerated() {
        let place = own.multiplicity == .many ? "\(path)[\(index)]" : path
        let inner = RunConfiguration.unwrapped(plugin)
        let name = catalog.spelling(of: inner, for: own.kind)
        let isStandard =
          standard.current.indices.contains(index)
          && type(of: RunConfiguration.unwrapped(standard.current[index])) == type(of: inner)
        if !isStandard { found.append(.init(path: place, value: .text(name))) }
        if let named = plugin as? Named {
          found.append(.init(path: "\(place).\(name).name", value: .text(named.name)))
        }
        let other =
          isStandard
          ? RunConfiguration.unwrapped(standard.current[index]) : type(of: inner).init()
        visit(
          SchemaItem.items(of: inner), SchemaItem.items(of: other), path: "\(place).\(name)")
      }
    }
  }
}
