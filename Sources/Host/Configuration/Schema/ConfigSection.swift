import EspalierProtocols

/// A group of keys in a config that is no plugin.
///
/// It is declared like a plugin: its `@Parameter` and `@Component` properties, and properties that
/// are sections themselves, are its schema.
public protocol ConfigSection: Sendable {
  init()
  /// What the section is for, in a few words.
  static var text: String { get }
  /// For keys without a default: a line that could be written.
  static var examples: [String: String] { get }
  /// The key that a single value in the section's place stands for.
  static var shortKey: String? { get }
}

extension ConfigSection {
  public static var examples: [String: String] { [:] }
  public static var shortKey: String? { nil }
}

/// A key that a section or a plugin has.
struct SchemaItem {
  enum Content {
    case parameter(any AnyParameter)
    case component(any AnyComponent)
    case section(any ConfigSection)
  }
  let name: String
  let content: Content

  /// The keys of a section, in the order of declaration.
  static func items(of section: any ConfigSection) -> [SchemaItem] {
    Schema.properties(of: section).compactMap { property in
      if let parameter = property.value as? any AnyParameter {
        return SchemaItem(name: property.name, content: .parameter(parameter))
      }
      if let component = property.value as? any AnyComponent {
        return SchemaItem(name: property.name, content: .component(component))
      }
      // A section holds its values behind references, so this copy stands for the original.
      if let section = property.value as? any ConfigSection {
        return SchemaItem(name: property.name, content: .section(section))
      }
      return nil
    }
  }

  /// The options of a plugin.
  static func items(of plugin: any Plugin) -> [SchemaItem] {
    Schema(of: plugin).items.map { item in
      switch item.content {
      case .parameter(let parameter):
        SchemaItem(name: item.name, content: .parameter(parameter))
      case .component(let component):
        SchemaItem(name: item.name, content: .component(component))
      }
    }
  }

  var isRequired: Bool {
    switch content {
    case .parameter(let parameter): parameter.defaultConfigValue == nil
    case .component(let component): !component.hasDefault
    case .section(let section): SchemaItem.items(of: section).contains(where: \.isRequired)
    }
  }

  /// Whether it has a value, be it the default.
  var isSet: Bool {
    switch content {
    case .parameter(let parameter): parameter.currentConfigValue != nil
    case .component(let component): component.hasDefault || !component.current.isEmpty
    case .section(let section): SchemaItem.items(of: section).allSatisfy(\.isSet)
    }
  }

  /// What the key means, in a few words.
  var text: String {
    switch content {
    case .parameter(let parameter): parameter.text
    case .component(let component): component.text
    case .section(let section): type(of: section).text
    }
  }

  /// What may stand there, in brackets behind a name: "number, 0 ≤ x < 1, default 0".
  var summary: String {
    switch content {
    case .section: return text
    case .component(let component):
      let kind = component.kind
      return switch component.multiplicity {
      case .one where !component.hasDefault: "\(kind.name), required"
      case .one: "\(kind.name)" + defaultText(component.current.map(\.pluginName))
      case .optional: "\(kind.name)" + defaultText(component.current.map(\.pluginName))
      case .many: "list of \(kind.plural)" + (component.hasDefault ? "" : ", required")
      }
    case .parameter(let parameter):
      var parts = [parameter.form.inShort]
      if let bounds = parameter.bounds, bounds != Bounds() {
        parts.append(bounds.inWords + (parameter.unit.map { " \($0)" } ?? ""))
      } else if let unit = parameter.unit {
        parts.append("in \(unit)")
      }
      switch parameter.defaultConfigValue {
      case nil: parts.append("required")
      // Neither says anything: such a key is left to the host or to the plugin.
      case .null, .text(""): break
      case .some(let value): parts.append("default " + Printable.short("\(value)"))
      }
      return parts.joined(separator: ", ")
    }
  }

  private func defaultText(_ names: [String]) -> String {
    names.first.map { ", default \($0)" } ?? ""
  }
}

extension ValueForm {
  /// The form as a word or two, without an article.
  var inShort: String {
    switch self {
    case .bool: "true or false"
    case .integer: "whole number"
    case .number: "number"
    case .text: "text"
    case .path: "file path"
    case .choice(let names): names.joined(separator: " | ")
    case .list(let element): "list of \(element.inPlural)"
    case .optional(let wrapped): wrapped.inShort
    case .table(let element): "group of keys, each \(element.inShort)"
    case .either(let forms): forms.map(\.inShort).joined(separator: " or ")
    }
  }

  private var inPlural: String {
    switch self {
    case .integer: "whole numbers"
    case .number: "numbers"
    case .path: "file paths"
    default: inShort
    }
  }

  /// Whether text is wanted, so that `007` and `no` are taken as they are written.
  var wantsText: Bool {
    switch self {
    case .text, .path, .choice: true
    case .optional(let wrapped): wrapped.wantsText
    default: false
    }
  }

  var isTable: Bool {
    switch self {
    case .table: true
    case .optional(let wrapped): wrapped.isTable
    case .either(let forms): forms.contains(where: \.isTable)
    default: false
    }
  }
}
