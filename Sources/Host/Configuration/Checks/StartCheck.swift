import EspalierProtocols

/// How to load a model says nothing without the model, and each `*` of a name needs one that fills it.
struct StartCheck: ConfigurationCheck {
  static let reads: Set<String> = ["start_from"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    let settings = run.startFrom
    if let key = NameMapping(settings.mapping).unfillable {
      return [
        run.diagnostic(
          .refused,
          "`\(settings.mapping[key] ?? "")` has more `*` than its key `\(key)`, which could fill them",
          atPath: "start_from.mapping")
      ]
    }
    guard settings.path == nil else { return [] }
    let items = SchemaItem.items(of: settings)
    let changed = items.first { item in
      guard case .parameter(let parameter) = item.content else { return false }
      return parameter.currentConfigValue != parameter.defaultConfigValue
    }
    return changed.map { item in
      [
        run.diagnostic(
          .missingParameter,
          "`start_from` has \(Printable.code(item.name)), but no `path` to load from",
          atPath: "start_from.\(item.name)",
          label: "add `path:` with the folder of a run, or a .safetensors file")
      ]
    } ?? []
  }
}
