import EspalierFormats
import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// A folder holds `transforms.json` (the input's description, and plugin and settings of each step) and
// a safetensors file for what each step has fitted.
extension FittedTransforms {
  private static let version = 1
  private static let listing = "transforms.json"

  /// Saves the transforms into a folder, which is made unless it is there.
  ///
  /// - Parameter catalog: the plugins among which they will be looked up again.
  package func save(to folder: String, catalog: Catalog = Catalog()) throws {
    try asPluginError {
      if mkdir(folder, 0o777) != 0, errno != EEXIST {
        throw FormatError(folder, "cannot be made: \(String(cString: strerror(errno)))")
      }
      var entries: [JSON] = []
      for (position, step) in steps.enumerated() {
        entries.append(
          try Self.save(step, Self.file(position, step.plugin.pluginName), folder, catalog))
      }
      var members: [JSON.Member] = [
        .init("version", .integer(Self.version)), .init("input", Self.json(input)),
        .init("steps", .list(entries)),
      ]
      if let target {
        members.append(.init("target", try Self.save(target, Self.targetFile, folder, catalog)))
      }
      // Last, so that a folder with a listing is complete.
      try AtomicFile.write(
        JSON.object(members).serialized + "\n", to: folder + "/" + Self.listing)
    }
  }

  /// The transforms of a folder.
  /// - Throws: ``PluginError`` when the folder is not one that was saved, or a plugin is not registered.
  package static func restore(from folder: String, catalog: Catalog) throws -> FittedTransforms {
    try asPluginError {
      let path = folder + "/" + listing
      let json = try JSON.read(path)
      guard json["version"] == .integer(version) else {
        throw FormatError(
          path, "version \(json["version"]?.serialized ?? "none") is unknown; \(version) is read")
      }
      guard let input = description(json["input"]), case .list(let entries)? = json["steps"] else {
        throw FormatError(path, "lacks `input` or `steps`, or they are damaged")
      }
      var steps: [Step] = []
      var shape = input.sampleShape
      for (position, entry) in entries.enumerated() {
        let plugin = try plugin(entry, catalog, path)
        let state = try state(folder + "/" + file(position, plugin.pluginName))
        let transform = try plugin.restore(state, sampleShape: shape)
        steps.append(Step(plugin: plugin, transform: transform))
        shape = transform.outputShape
      }
      var target: Step?
      if let entry = json["target"] {
        let plugin = try plugin(entry, catalog, path)
        let width: Shape = [input.target.width]
        let transform = try plugin.restore(try state(folder + "/" + targetFile), sampleShape: width)
        guard transform.outputShape == width else {
          throw FormatError(path, "the transform of the targets does not fit them")
        }
        target = Step(plugin: plugin, transform: transform)
      }
      return FittedTransforms(input: input, steps: steps, target: target)
    }
  }

  /// What the samples were that a folder's transforms were fitted to; `nil` where there is none.
  package static func input(of folder: String) -> DataDescription? {
    guard let json = try? JSON.read(folder + "/" + listing) else { return nil }
    return description(json["input"])
  }

  private static func file(_ position: Int, _ plugin: String) -> String {
    "\(position)-\(plugin).safetensors"
  }
  private static let targetFile = "target.safetensors"

  private static func save(
    _ step: Step, _ file: String, _ folder: String, _ catalog: Catalog
  ) throws -> JSON {
    try SafeTensors.write(
      step.transform.state.map { ($0.key, $0.value.shape.dimensions, $0.value.values) },
      metadata: ["plugin": step.plugin.pluginName], to: folder + "/" + file)
    var settings: [JSON.Member] = []
    for item in Schema(of: step.plugin).items {
      guard case .parameter(let parameter) = item.content, let value = parameter.currentConfigValue
      else { continue }
      settings.append(.init(item.name, JSON(value)))
    }
    let kind = PluginKind.of(type(of: step.plugin))
    let name = kind.map { catalog.spelling(of: step.plugin, for: $0) } ?? step.plugin.pluginName
    return .object([
      .init("kind", .text(kind?.name ?? "")), .init("plugin", .text(name)),
      .init("settings", .object(settings)),
    ])
  }

  private static func plugin(
    _ entry: JSON, _ catalog: Catalog, _ path: String
  ) throws -> any FittedPlugin {
    guard case .text(let kindName)? = entry["kind"], case .text(let name)? = entry["plugin"],
      case .object(let settings)? = entry["settings"]
    else { throw FormatError(path, "a step lacks `kind`, `plugin` or `settings`") }
    let kind = PluginKind.all.first { $0.name == kindName }
    let meaning = kind.map { catalog.lookUp($0, name) } ?? .unknown
    if case .ambiguous(let entries) = meaning {
      let choices = entries.map { "`\($0.bundle)/\(name)` (\($0.provenance))" }
      throw FormatError(
        path,
        "needs the \(kindName) `\(name)`, which several bundles define here: "
          + choices.joined(separator: " and ") + "; write there which it was")
    }
    guard case .found(let entry) = meaning, let found = entry.type as? any FittedPlugin.Type else {
      throw FormatError(
        path, "needs the \(kindName) `\(name)`, which is not among the plugins here")
    }
    let plugin = found.init()
    let schema = Schema(of: plugin)
    for setting in settings {
      guard case .parameter(let parameter)? = schema[setting.key]?.content else {
        throw FormatError(path, "`\(name)` has no setting `\(setting.key)`")
      }
      do throws(ValueProblem) { try parameter.assign(ConfigValue(setting.value)) } catch {
        throw FormatError(path, "\(name).\(setting.key): expected \(error.expected)")
      }
    }
    try plugin.validate()
    return plugin
  }

  private static func state(_ path: String) throws -> [String: TransformState] {
    let file = try SafeTensors.read(path)
    var state: [String: TransformState] = [:]
    for name in file.names {
      let (shape, values) = try file.tensor(name)
      state[name] = TransformState(Shape(shape), values)
    }
    return state
  }
}

// MARK: - JSON

extension FittedTransforms {
  private static func json(_ description: DataDescription) -> JSON {
    let target: JSON =
      switch description.target {
      case .classes(let names): .object([.init("classes", .list(names.map(JSON.text)))])
      case .values(let names): .object([.init("values", .list(names.map(JSON.text)))])
      case .none: .null
      }
    var members: [JSON.Member] = [
      .init("shape", .list(description.sampleShape.dimensions.map(JSON.integer))),
      .init("features", .list(description.featureNames.map(JSON.text))), .init("target", target),
    ]
    if !description.categories.isEmpty {
      let categories = description.categories.sorted { $0.key < $1.key }.map { feature, levels in
        JSON.object([
          .init("feature", .integer(feature)), .init("levels", .list(levels.map(JSON.text))),
        ])
      }
      members.append(.init("categories", .list(categories)))
    }
    return .object(members)
  }

  private static func description(_ json: JSON?) -> DataDescription? {
    guard let json, case .list(let extents)? = json["shape"],
      let features = texts(json["features"])
    else { return nil }
    var shape: [Int] = []
    var count = 1
    for extent in extents {
      guard case .integer(let number) = extent, number > 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: number)
      guard !overflow else { return nil }
      count = product
      shape.append(number)
    }
    var target = TargetDescription.none
    if let names = texts(json["target"]?["classes"]) { target = .classes(names) }
    if let names = texts(json["target"]?["values"]) { target = .values(names) }
    var result = DataDescription(sampleShape: Shape(shape), featureNames: features, target: target)
    if let entries = json["categories"] {
      guard case .list(let entries) = entries else { return nil }
      for entry in entries {
        guard case .integer(let feature)? = entry["feature"], (0..<count).contains(feature),
          let levels = texts(entry["levels"])
        else { return nil }
        result.categories[feature] = levels
      }
    }
    return result
  }

  private static func texts(_ json: JSON?) -> [String]? {
    guard case .list(let values)? = json else { return nil }
    var result: [String] = []
    for value in values {
      guard case .text(let text) = value else { return nil }
      result.append(text)
    }
    return result
  }

  /// A format's complaint as the one that the host reports.
  private static func asPluginError<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as FormatError { throw PluginError(error.description) }
  }
  private func asPluginError<T>(_ body: () throws -> T) throws -> T {
    try Self.asPluginError(body)
  }
}

extension JSON {
  /// A config value; one that JSON cannot express (a number that is not finite) becomes null.
  init(_ value: ConfigValue) {
    self =
      switch value {
      case .null: .null
      case .bool(let flag): .bool(flag)
      case .integer(let number): .integer(number)
      case .number(let number): .number(number)
      case .text(let text): .text(text)
      case .list(let values): .list(values.map { JSON($0) })
      case .table(let entries): .object(entries.map { .init($0.key, JSON($0.value)) })
      }
  }
}

extension ConfigValue {
  init(_ json: JSON) {
    self =
      switch json {
      case .null: .null
      case .bool(let flag): .bool(flag)
      case .integer(let number): .integer(number)
      case .number(let number): .number(number)
      case .text(let text): .text(text)
      case .list(let values): .list(values.map { ConfigValue($0) })
      case .object(let members): .table(members.map { .init($0.key, ConfigValue($0.value)) })
      }
  }
}
