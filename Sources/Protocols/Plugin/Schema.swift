/// The declared parts of a plugin, read from its properties.
public struct Schema: Sendable {
  /// One declared property.
  public struct Item: Sendable {
    /// Name in a config, snake case.
    public let name: String
    /// The parameter or the component itself.
    public let content: Content
  }
  /// What the property is.
  public enum Content: Sendable {
    case parameter(any AnyParameter)
    case component(any AnyComponent)
  }

  /// In the order of declaration.
  public let items: [Item]

  /// The parts of one value, a plugin or a section of a config; assigning to them changes that value.
  public init(of value: Any) {
    items = Schema.properties(of: value).compactMap { property in
      if let parameter = property.value as? any AnyParameter {
        return Item(name: property.name, content: .parameter(parameter))
      }
      if let component = property.value as? any AnyComponent {
        return Item(name: property.name, content: .component(component))
      }
      return nil
    }
  }

  /// The stored properties of a value with their names in a config, in the order of declaration.
  package static func properties(of value: Any) -> [(name: String, value: Any)] {
    var result: [(name: String, value: Any)] = []
    func collect(_ mirror: Mirror) {
      if let parent = mirror.superclassMirror { collect(parent) }
      for child in mirror.children {
        guard let label = child.label else { continue }
        // A wrapped property is stored under its name with an underscore before it.
        result.append(
          (snakeCase(label.hasPrefix("_") ? String(label.dropFirst()) : label), child.value))
      }
    }
    collect(Mirror(reflecting: value))
    return result
  }

  /// The item of this name.
  public subscript(name: String) -> Item? { items.first { $0.name == name } }

  /// The plugin's settings as a config would write them, defaults included.
  ///
  /// A plugin without any is its bare name, else one key with a table.
  public static func describe(_ plugin: any Plugin) -> ConfigValue {
    let entries = Schema(of: plugin).items.compactMap { item -> ConfigValue.Entry? in
      switch item.content {
      case .parameter(let parameter):
        return parameter.currentConfigValue.map { .init(item.name, $0) }
      case .component(let component):
        let plugins = component.current.map(describe)
        switch component.multiplicity {
        case .many: return .init(item.name, .list(plugins))
        case .one: return plugins.first.map { .init(item.name, $0) }
        // Absence is written too: a default that was taken away must not come back.
        case .optional: return .init(item.name, plugins.first ?? .null)
        }
      }
    }
    let name = plugin.pluginName
    if let named = plugin as? any SelfDescribing { return named.configValue }
    return entries.isEmpty ? .text(name) : .table([.init(name, .table(entries))])
  }

  /// `learningRate` → `learning_rate`, `beta1` → `beta1`.
  static func snakeCase(_ text: String) -> String {
    var result = ""
    for character in text {
      if character.isUppercase {
        if !result.isEmpty { result.append("_") }
        result.append(contentsOf: character.lowercased())
      } else {
        result.append(character)
      }
    }
    return result
  }
}

/// A wrapper around a plugin that writes itself into a config in a form of its own.
protocol SelfDescribing { var configValue: ConfigValue { get } }
