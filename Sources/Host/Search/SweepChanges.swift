import EspalierProtocols

/// What `--set` says to a search: changes of the sweep itself, and of the config of all its trials.
struct SweepChanges {
  private(set) var problems: [Diagnostic] = []
  private var ofSweep: [ConfigSetting] = []
  private var ofConfig: [ConfigSetting] = []
  private let catalog: Catalog

  init(_ arguments: [String], _ loader: ConfigurationLoader) {
    catalog = loader.catalog
    let keys = Set(SchemaItem.items(of: SweepSettings()).map(\.name))
    for (index, argument) in arguments.enumerated() {
      let parsed = ConfigSetting.parse(
        argument, number: index + 1, environment: loader.environment)
      problems += parsed.problems
      guard let setting = parsed.setting, let first = setting.parts.first else { continue }
      guard case .key(let key) = first.step, keys.contains(key) else {
        ofConfig.append(setting)
        continue
      }
      guard !["config", "set", "parameters"].contains(key) else {
        problems.append(
          Diagnostic(
            .setUnknown, "\(Printable.code(key)) of a sweep is changed in its file alone",
            at: setting.place(first), path: setting.path, found: argument,
            label: key == "set"
              ? "give the path of the config itself: `--set training.epochs=20`"
              : "change it there"))
        continue
      }
      ofSweep.append(setting)
    }
  }

  /// The sweep with its own changes.
  mutating func apply(to root: ConfigNode) -> ConfigNode {
    var applier = SettingApplier(catalog: catalog)
    let slot = SchemaSlot.items(SchemaItem.items(of: SweepSettings()))
    let result = ofSweep.reduce(root) { applier.apply($1, to: $0, slot) }
    problems += applier.problems
    return result
  }

  /// What all trials have: the sweep's `set`, and behind it what `--set` says.
  func laid(over written: [ConfigSetting]) -> [ConfigSetting] {
    let paths = Set(ofConfig.map(\.path))
    return written.filter { !paths.contains($0.path) } + ofConfig
  }

  /// A value that is searched cannot be set too.
  func clashes(with parameters: [SweptParameter]) -> [Diagnostic] {
    ofConfig.compactMap { setting in
      guard let searched = parameters.first(where: { $0.parameter.path == setting.path }),
        let first = setting.parts.first
      else { return nil }
      return Diagnostic(
        .sweepParameter, "\(Printable.code(setting.path)) is searched, so it cannot be set",
        at: setting.place(first), path: "parameters." + setting.path, found: setting.argument,
        label: "leave this out, or remove it from the sweep's `parameters`",
        notes: [.init("searched here", at: searched.keyPlace)])
    }
  }
}
