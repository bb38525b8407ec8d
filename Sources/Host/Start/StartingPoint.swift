import EspalierFormats
import EspalierProtocols
import Foundation

/// The trained model that a run starts from: which of its arrays each parameter takes.
struct StartingPoint {
  private let configuration: RunConfiguration
  private let file: SafeTensorsFile
  private let mapping: NameMapping
  /// The folder of the run that it is, if it is one.
  private let run: String?
  /// The model's arrays; a checkpoint holds others beside.
  private let names: [String]

  private var settings: StartSettings { configuration.startFrom }

  /// What becomes of a parameter.
  private enum Finding {
    case left
    case loaded(from: String)
    case missing(String)
    case otherShape(String, [Int])
  }

  /// The model that a config names; `nil` where the run begins afresh.
  ///
  /// - Throws: ``ConfigurationProblems`` when there is none in that place, or it cannot be read.
  static func open(_ configuration: RunConfiguration) throws -> StartingPoint? {
    guard let path = configuration.startFrom.path?.text else { return nil }
    return try StartingPoint(configuration, ConfigFiles.join(configuration.folder, path))
  }

  private init(_ configuration: RunConfiguration, _ path: String) throws {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    func problem(_ message: String, _ label: String? = nil) -> ConfigurationProblems {
      ConfigurationProblems([
        configuration.diagnostic(
          .startUnusable, message, atPath: "start_from.path", label: label)
      ])
    }
    guard exists else {
      throw problem(
        "there is no file or folder \(path)",
        "relative paths are seen from the folder of the config")
    }
    run = isFolder.boolValue ? path : nil
    let weights = isFolder.boolValue ? path + "/weights.safetensors" : path
    if isFolder.boolValue, !FileManager.default.fileExists(atPath: weights) {
      let saved = ["best", "last"].map { CheckpointFile.path(path, $0) }
        .first { FileManager.default.fileExists(atPath: $0) }
      guard let saved else {
        throw problem(
          "\(path) is no folder of a run that has come to its end: it holds no weights.safetensors",
          "name the folder of a finished run, or a .safetensors file")
      }
      throw problem(
        "the run in \(path) has not come to its end: it holds no weights.safetensors",
        "finish it by `resume`, or start from its checkpoint \(saved)")
    }
    do { file = try SafeTensors.read(weights) } catch { throw problem("\(error)") }
    self.configuration = configuration
    mapping = NameMapping(configuration.startFrom.mapping)
    let isCheckpoint = file.metadata["format"] == "espalier-checkpoint"
    names =
      isCheckpoint
      ? file.names.filter { !$0.hasPrefix("optimizer.") && !$0.hasPrefix("best/") } : file.names
  }

  /// Whether a parameter or running statistic takes its first values from the file.
  func loads(_ variable: Variable) -> Bool {
    if case .loaded = finding(for: variable) { true } else { false }
  }

  private func finding(for variable: Variable) -> Finding {
    guard settings.layers.isEmpty || NamePattern.any(of: settings.layers, fits: variable.name)
    else {
      return .left
    }
    let name = mapping.name(of: variable.name)
    guard let entry = file[name] else { return .missing(name) }
    return entry.shape == variable.shape.dimensions
      ? .loaded(from: name) : .otherShape(name, entry.shape)
  }

  /// The first values of a variable that ``loads(_:)`` says yes to.
  ///
  /// - Throws: ``ConfigurationProblems`` for values that cannot be read, or are not finite.
  func values(of variable: Variable) throws -> [Float] {
    let name = mapping.name(of: variable.name)
    let fault: String
    do {
      let values = try file.tensor(name).values
      if values.allSatisfy({ $0.isFinite }) { return values }
      fault = "`\(name)` in \(file.path) holds values that are not finite"
    } catch { fault = "\(error)" }
    throw ConfigurationProblems([
      configuration.diagnostic(
        .startUnusable, fault, atPath: "start_from.path",
        label: "leave `\(variable.name)` out of `layers`, or start from another model")
    ])
  }

  // MARK: The report

  /// What becomes of a model's parameters and running statistics.
  ///
  /// - Parameters:
  ///   - variables: all of the model's.
  ///   - transforms: what is fitted to this run's data.
  /// - Throws: ``ConfigurationProblems`` with all that does not fit.
  func report(
    on variables: [Variable], _ transforms: FittedTransforms, _ catalog: Catalog
  ) throws -> StartReport {
    var loaded: [StartReport.Loaded] = []
    var missing: [(variable: Variable, name: String)] = []
    var others: [(variable: Variable, name: String, shape: [Int])] = []
    var left: [String] = []
    for variable in variables {
      switch finding(for: variable) {
      case .left: left.append(variable.name)
      case .loaded(let name): loaded.append(.init(name: variable.name, source: name))
      case .missing(let name): missing.append((variable, name))
      case .otherShape(let name, let shape): others.append((variable, name, shape))
      }
    }
    var problems = selectionProblems(variables)
    if !missing.isEmpty, settings.missing == .error { problems.append(problem(missing: missing)) }
    if !others.isEmpty, settings.otherShape == .error {
      problems.append(problem(otherShapes: others))
    }
    if loaded.isEmpty, problems.isEmpty { problems.append(nothingLoaded(variables, missing)) }
    guard problems.isEmpty else { throw ConfigurationProblems(problems) }
    let used = Set(loaded.map(\.source) + others.map(\.name))
    return StartReport(
      file: file.path, loaded: loaded, missing: missing.map(\.variable.name),
      otherShape: others.map {
        .init(name: $0.variable.name, shape: $0.variable.shape.dimensions, found: $0.shape)
      },
      left: left, unused: names.filter { !used.contains($0) },
      notes: run.flatMap { transformsNote($0, transforms, catalog) }.map { [$0] } ?? [])
  }

  /// Patterns that fit nothing.
  private func selectionProblems(_ variables: [Variable]) -> [Diagnostic] {
    let known = variables.map(\.name)
    func problem(_ pattern: String, _ path: String) -> Diagnostic {
      let layers = Set(known.map { $0.split(separator: ".").dropLast().joined(separator: ".") })
      let near = Suggestion.nearest(pattern, among: layers.sorted() + known).first
      return configuration.diagnostic(
        .startUnusable, "\(Printable.code(pattern)) fits no parameter of the model", atPath: path,
        label: near.map { "did you mean `\($0)`?" },
        notes: [.init("the model has: " + known.prefix(12).joined(separator: ", "))])
    }
    return settings.layers.enumerated().filter { _, pattern in
      !known.contains { NamePattern.any(of: [pattern], fits: $0) }
    }.map { problem($1, "start_from.layers[\($0)]") }
      + settings.mapping.keys.sorted().filter { key in
        let alone = NameMapping([key: ""])
        return !known.contains { alone.key(for: $0) != nil }
      }.map { problem($0, "start_from.mapping.\($0)") }
  }

  private func problem(missing: [(variable: Variable, name: String)]) -> Diagnostic {
    let first = missing[0]
    return configuration.diagnostic(
      .startUnusable,
      "\(file.path) has no `\(first.name)` for the parameter `\(first.variable.name)` "
        + "\(first.variable.shape)" + Self.more(missing.count - 1),
      atPath: "start_from.path",
      label: "`mapping` translates names, `layers` chooses, "
        + "`missing: initialize` leaves such parameters to their initializers",
      notes: missing.prefix(3).map { .init(nearest(to: $0.name, $0.variable)) })
  }

  private func nearest(to name: String, _ variable: Variable) -> String {
    let near = file.nearest(to: name, shape: variable.shape.dimensions, among: names)
    if near.isEmpty { return "the file holds no arrays" }
    return "nearest to `\(name)` among the file's \(names.count) names: "
      + near.map { "`\($0.name)` \(Shape($0.shape))" }.joined(separator: ", ")
  }

  private func problem(
    otherShapes others: [(variable: Variable, name: String, shape: [Int])]
  ) -> Diagnostic {
    let first = others[0]
    return configuration.diagnostic(
      .startUnusable,
      "`\(first.name)` in \(file.path) is \(Shape(first.shape)), but the parameter "
        + "`\(first.variable.name)` is \(first.variable.shape)" + Self.more(others.count - 1),
      atPath: "start_from.path",
      label: "`other_shape: initialize` leaves such parameters to their initializers; "
        + "`layers` chooses what is loaded",
      notes: others.dropFirst().prefix(3).map {
        .init("`\($0.name)` is \(Shape($0.shape)), the parameter \($0.variable.shape)")
      })
  }

  private func nothingLoaded(
    _ variables: [Variable], _ missing: [(variable: Variable, name: String)]
  ) -> Diagnostic {
    configuration.diagnostic(
      .startUnusable, "nothing of \(file.path) fits the model", atPath: "start_from.path",
      label: "`mapping` translates names",
      notes: missing.prefix(3).map { .init(nearest(to: $0.name, $0.variable)) })
  }

  private static func more(_ count: Int) -> String {
    count == 0 ? "" : ", and the same of \(count) other\(count == 1 ? "" : "s")"
  }

  /// How what is done to samples differs from what the loaded weights learned with.
  private func transformsNote(
    _ folder: String, _ own: FittedTransforms, _ catalog: Catalog
  ) -> String? {
    guard
      let theirs = try? FittedTransforms.restore(from: folder + "/transforms", catalog: catalog)
    else { return nil }
    func names(_ transforms: FittedTransforms) -> String {
      transforms.steps.isEmpty
        ? "nothing" : transforms.steps.map(\.plugin.pluginName).joined(separator: ", ")
    }
    func settings(_ transforms: FittedTransforms) -> [ConfigValue] {
      transforms.steps.map { Schema.describe($0.plugin) }
    }
    if settings(theirs) != settings(own) {
      return names(theirs) == names(own)
        ? "the loaded weights learned from inputs after \(names(theirs)) with other settings"
        : "the loaded weights learned from inputs after \(names(theirs)), this run has \(names(own))"
    }
    let changed = zip(theirs.steps, own.steps).filter { theirs, own in
      let (before, now) = (theirs.transform.state, own.transform.state)
      return before.mapValues(\.values) != now.mapValues(\.values)
    }.map(\.1.plugin.pluginName)
    return changed.isEmpty
      ? nil
      : "\(changed.joined(separator: ", ")): fitted anew, to this run's training samples"
  }
}
