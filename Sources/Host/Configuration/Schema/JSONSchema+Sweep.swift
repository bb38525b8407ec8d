import EspalierProtocols

// The schema of sweeps, the files of `espalier search`.
extension JSONSchema {
  /// The schema of sweeps as JSON.
  public var sweepText: String { JSONText.text(sweepValue) + "\n" }

  /// The schema of sweeps as a value.
  public var sweepValue: ConfigValue {
    // A config within a sweep names no packages.
    let within = SchemaItem.items(of: RunConfiguration()).filter { $0.name != "plugins" }
    return object(
      [.init("$schema", .text(Self.draft)), .init("title", .text("Espalier sweep"))]
        + config(SchemaItem.items(of: SweepSettings()), sweepSchema)
        + [
          .init(
            "definitions",
            object(
              [.init("config", object(config(within))), .init("searched", searched)] + definitions))
        ])
  }

  /// What stands under keys whose values are no parameters' own; `nil` for all others.
  private func sweepSchema(_ item: SchemaItem) -> ConfigValue {
    let text = Entry("description", .text(item.text))
    // Paths of the config: keys joined by points, elements by their number.
    let step = "[^.\\[\\]]+(\\[[0-9]+\\])*"
    let paths = Entry(
      "propertyNames", object([.init("pattern", .text("^\(step)(\\.\(step))*$"))]))
    switch item.name {
    case "config":
      return object([text, .init("anyOf", .list([type("string"), reference(to: "config")]))])
    case "set":
      return object([text, .init("type", .list([.text("object"), .text("null")])), paths])
    case "parameters":
      return object([
        text, .init("type", .text("object")), .init("minProperties", .integer(1)), paths,
        .init("additionalProperties", reference(to: "searched")),
      ])
    default: return schema(of: item)
    }
  }

  /// What a searched value can be: a list of values, or a range.
  private var searched: ConfigValue {
    let values = object([
      .init("type", .text("array")), .init("minItems", .integer(1)),
      .init("uniqueItems", .bool(true)),
    ])
    let ranges = RangeForms.all.map { form -> Entry in
      let items = SchemaItem.items(of: form.init())
      let ends = items.filter { [form.ends.0, form.ends.1].contains($0.name) }
      let pair = object([
        .init("type", .text("array")), .init("items", .list(ends.map(schema))),
        .init("minItems", .integer(2)), .init("maxItems", .integer(2)),
      ])
      let group = object([
        .init("type", .text("object")), .init("additionalProperties", .bool(false)),
        .init("properties", object(items.map { .init($0.name, schema(of: $0)) })),
        .init("required", .list(items.filter(\.isRequired).map { .text($0.name) })),
      ])
      return .init(
        form.name,
        object([.init("description", .text(form.text)), .init("anyOf", .list([pair, group]))]))
    }
    let range = object([
      .init("type", .text("object")), .init("minProperties", .integer(1)),
      .init("maxProperties", .integer(1)), .init("additionalProperties", .bool(false)),
      .init("properties", object([.init(RangeForms.choice, values)] + ranges)),
    ])
    return object([.init("anyOf", .list([values, range]))])
  }
}
