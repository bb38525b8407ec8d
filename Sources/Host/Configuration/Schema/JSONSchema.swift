import EspalierProtocols

/// The schema of all configs that a catalog allows, for editors and other tools: JSON Schema,
/// draft 7.
public struct JSONSchema: Sendable {
  let catalog: Catalog

  public init(_ catalog: Catalog) { self.catalog = catalog }

  /// The schema as JSON.
  public var text: String { JSONText.text(value) + "\n" }

  typealias Entry = ConfigValue.Entry

  /// The schema as a value.
  public var value: ConfigValue {
    object(
      [
        .init("$schema", .text(Self.draft)), .init("title", .text("Espalier config")),
      ] + config(SchemaItem.items(of: RunConfiguration()))
        + [.init("definitions", object(definitions))])
  }

  static let draft = "http://json-schema.org/draft-07/schema#"

  /// What a group of keys is that may include others.
  func config(
    _ items: [SchemaItem], _ schema: ((SchemaItem) -> ConfigValue)? = nil
  ) -> [Entry] {
    let include = object([
      .init("description", .text("configs that this one is laid over, relative to its file")),
      .init("anyOf", .list([type("string"), array(of: type("string"))])),
    ])
    return [
      .init("type", .text("object")),
      .init("additionalProperties", .bool(false)),
      // Free keys, to hold anchors.
      .init("patternProperties", object([.init("^x-", object([]))])),
      .init(
        "properties",
        object(
          [.init("include", include)]
            + items.map { .init($0.name, schema?($0) ?? self.schema(of: $0)) })),
      // What an included file may say need not be said here.
      .init("anyOf", .list([required(["include"]), needs(items)])),
    ]
  }

  var definitions: [Entry] {
    let reference = object([
      .init(
        "description", .text("a value from the environment: ${env:NAME} or ${env:NAME:-default}")),
      .init("type", .text("string")), .init("pattern", .text("\\$\\{env:")),
    ])
    return [.init("reference", reference)]
      + PluginKind.all.map { .init($0.name, kind($0)) }
      + PluginKind.all.flatMap { kind in
        catalog.entries(for: kind).map { .init(definition($0, kind), options(of: $0, as: kind)) }
      }
  }

  /// Where the options of a plugin stand. In a reference the `/` of `acme/relu` would be a step.
  private func definition(_ entry: Catalog.Entry, _ kind: PluginKind) -> String {
    let name = catalog.spelling(of: entry, for: kind).replacing("/", with: ".")
    return "\(kind.name).\(name)"
  }

  /// What a config may call a plugin: its own name and its others, each with the bundle before it
  /// where the name alone means another plugin, or several.
  private func names(of entry: Catalog.Entry, for kind: PluginKind) -> [String] {
    entry.names.map { name in
      catalog.entry(kind, name)?.type == entry.type ? name : "\(entry.bundle)/\(name)"
    }
  }

  /// A plugin of a kind: its bare name, or one key with its options.
  private func kind(_ kind: PluginKind) -> ConfigValue {
    var alone: [ConfigValue] = []
    var keys: [Entry] = []
    var known = Set<String>()
    var others: [Entry] = []
    var otherNames: [String] = []
    for entry in catalog.entries(for: kind) {
      let isComplete = !catalog.items(entry).contains(where: \.isRequired)
      let names = names(of: entry, for: kind)
      for name in names where known.insert(name).inserted {
        if isComplete {
          alone.append(
            object([
              .init("const", .text(name)), .init("description", .text(entry.manifest.summary)),
            ]))
        }
        keys.append(.init(name, reference(to: definition(entry, kind))))
      }
      // The form with the bundle is right too, but not worth a proposal where it is not needed.
      let all = entry.names.map { "\(entry.bundle)/\($0)" }
        .filter { !names.contains($0) }
      guard !all.isEmpty else { continue }
      let pattern = all.joined(separator: "|")
      others.append(.init("^(\(pattern))$", reference(to: definition(entry, kind))))
      if isComplete { otherNames.append(pattern) }
    }
    if !otherNames.isEmpty {
      alone.append(
        object([
          .init("type", .text("string")),
          .init("pattern", .text("^(\(otherNames.joined(separator: "|")))$")),
        ]))
    }
    let group = object([
      .init("type", .text("object")), .init("minProperties", .integer(1)),
      .init("maxProperties", .integer(1)), .init("additionalProperties", .bool(false)),
      .init("properties", object(keys)), .init("patternProperties", object(others)),
    ])
    return object([.init("anyOf", .list(alone + [group]))])
  }

  private func options(of entry: Catalog.Entry, as kind: PluginKind) -> ConfigValue {
    let items = catalog.items(entry)
    var properties = items.map { Entry($0.name, schema(of: $0)) }
    if kind == .layer, !items.contains(where: { $0.name == "name" }) {
      properties.append(
        .init(
          "name",
          object([
            .init("type", .text("string")), .init("pattern", .text("^[^0-9\\s-][^\\s]*$")),
            .init("description", .text("the layer's own name, under which its weights are saved")),
          ])))
    }
    let needed = items.filter(\.isRequired).map(\.name)
    let types: ConfigValue =
      needed.isEmpty ? .list([.text("object"), .text("null")]) : .text("object")
    var result: [Entry] = [
      .init("description", .text(entry.manifest.summary)), .init("type", types),
      .init("additionalProperties", .bool(false)), .init("properties", object(properties)),
    ]
    if !needed.isEmpty { result.append(.init("required", .list(needed.map(ConfigValue.text)))) }
    return object(result)
  }

  func schema(of item: SchemaItem) -> ConfigValue {
    switch item.content {
    case .section(let section):
      let isShort = Swift.type(of: section).shortKey != nil
      return object([
        .init("description", .text(item.text)),
        .init(
          "type", .list([.text("object"), .text("null")] + (isShort ? [.text("string")] : []))),
        .init("additionalProperties", .bool(false)),
        .init(
          "properties",
          object(SchemaItem.items(of: section).map { .init($0.name, schema(of: $0)) })),
      ])
    case .component(let component):
      let one = reference(to: component.kind.name)
      let choices: [ConfigValue] =
        switch component.multiplicity {
        case .one: [one]
        case .optional: [one, type("null")]
        case .many where component.hasDefault: [array(of: one), one, type("null")]
        case .many: [array(of: one, least: 1), one]
        }
      return object([
        .init("description", .text(item.text)), .init("anyOf", .list(choices)),
      ])
    case .parameter(let parameter):
      var text = item.text
      if let unit = parameter.unit { text += ", in \(unit)" }
      var result: [Entry] = [.init("description", .text(text))]
      switch parameter.defaultConfigValue {
      case nil, .null, .text(""): break
      case .some(let value): result.append(.init("default", value))
      }
      let choices = alternatives(parameter.form, parameter.bounds)
      if choices.count == 1, case .table(let only) = choices[0] { return object(result + only) }
      return object(result + [.init("anyOf", .list(choices))])
    }
  }

  /// The forms that a value may have.
  private func alternatives(_ form: ValueForm, _ bounds: Bounds?) -> [ConfigValue] {
    switch form {
    case .bool: [type("boolean"), reference(to: "reference")]
    case .integer: [number("integer", bounds), reference(to: "reference")]
    case .number: [number("number", bounds), reference(to: "reference")]
    // Text need not be in quotes, whatever it looks like.
    case .text, .path:
      [object([.init("type", .list(["string", "number", "boolean"].map(ConfigValue.text)))])]
    case .choice(let names):
      [
        object([.init("enum", .list(names.map(ConfigValue.text)))]),
        reference(to: "reference"),
      ]
    case .list(let element):
      [array(of: any(alternatives(element, bounds)))] + alternatives(element, bounds)
    case .optional(let wrapped): alternatives(wrapped, bounds) + [type("null")]
    case .table(let element):
      [
        object([
          .init("type", .text("object")),
          .init("additionalProperties", any(alternatives(element, bounds))),
        ])
      ]
    case .either(let forms): forms.flatMap { alternatives($0, bounds) }
    }
  }

  private func any(_ choices: [ConfigValue]) -> ConfigValue {
    choices.count == 1 ? choices[0] : object([.init("anyOf", .list(choices))])
  }

  private func number(_ name: String, _ bounds: Bounds?) -> ConfigValue {
    var result: [Entry] = [.init("type", .text(name))]
    func add(_ key: String, _ value: Double) {
      let isWhole = value == value.rounded() && abs(value) < 1e15
      result.append(.init(key, isWhole ? .integer(Int(value)) : .number(value)))
    }
    if let bounds, let lower = bounds.lower {
      add(bounds.includesLower ? "minimum" : "exclusiveMinimum", lower)
    }
    if let bounds, let upper = bounds.upper {
      add(bounds.includesUpper ? "maximum" : "exclusiveMaximum", upper)
    }
    return object(result)
  }

  /// What must be there, through sections.
  private func needs(_ items: [SchemaItem]) -> ConfigValue {
    let needed = items.filter(\.isRequired)
    let inner = needed.compactMap { item -> Entry? in
      guard case .section(let section) = item.content else { return nil }
      return .init(item.name, needs(SchemaItem.items(of: section)))
    }
    guard case .table(let entries) = required(needed.map(\.name)) else { return .null }
    return object(entries + (inner.isEmpty ? [] : [.init("properties", object(inner))]))
  }

  func required(_ names: [String]) -> ConfigValue {
    object([.init("required", .list(names.map(ConfigValue.text)))])
  }

  func object(_ entries: [Entry]) -> ConfigValue { .table(entries) }
  func type(_ name: String) -> ConfigValue { object([.init("type", .text(name))]) }
  func array(of element: ConfigValue, least: Int = 0) -> ConfigValue {
    let count = least > 0 ? [Entry("minItems", .integer(least))] : []
    return object([.init("type", .text("array")), .init("items", element)] + count)
  }
  func reference(to name: String) -> ConfigValue {
    object([.init("$ref", .text("#/definitions/\(name)"))])
  }
}
