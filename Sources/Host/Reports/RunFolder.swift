import EspalierFormats
import EspalierProtocols
import Foundation

/// The files of a run.
struct RunFolder {
  let path: String

  /// Makes the folder of a new run; no other process writes to it while this one has the lock.
  ///
  /// - Throws: ``RunFailure`` when a run stands there and may not be replaced, or is being trained.
  static func create(
    _ configuration: RunConfiguration, options: TrainingOptions
  ) throws -> (RunFolder, FileLock) {
    var attempts = 0
    while true {
      let path = options.output ?? unusedPath(configuration)
      try checkUnused(path, options)
      try make(path)
      let lock: FileLock
      do { lock = try HeldFolder.lock(run: path) } catch {
        attempts += 1
        // A run that began in the same second may have taken the name that nobody had chosen.
        if options.output == nil, attempts < 10 { continue }
        throw error
      }
      try checkUnused(path, options)
      let folder = RunFolder(path: path)
      if holdsRun(path) { folder.clear() }
      try make(path + "/checkpoints", as: path)
      return (folder, lock)
    }
  }

  private static func checkUnused(_ path: String, _ options: TrainingOptions) throws {
    guard !options.force, holdsRun(path) else { return }
    throw RunFailure(
      "\(path) holds a run already: name another folder (`--output`, in Swift `options.output`), "
        + "replace it (`--force`, `options.force`), or go on with it (`resume`)")
  }

  private static func holdsRun(_ path: String) -> Bool {
    ["summary.json", "config.yaml"].contains {
      FileManager.default.fileExists(atPath: path + "/" + $0)
    }
  }

  /// Removes what another run left.
  private func clear() {
    for name in [
      "summary.json", "config.yaml", "metrics.jsonl", "history.csv", "weights.safetensors",
      "transforms", "checkpoints", "report.html", "tensorboard",
    ] {
      try? FileManager.default.removeItem(atPath: path + "/" + name)
    }
  }

  /// Makes a folder and those around it.
  ///
  /// - Parameter name: what cannot be made, if so; the folder itself unless given.
  static func make(_ path: String, as name: String? = nil) throws(RunFailure) {
    do throws(FormatError) { try Folder.make(path) } catch {
      throw RunFailure("the folder \(name ?? path) cannot be made: \(error.message)")
    }
  }

  /// `runs/NAME-TIME`, with a number should that be taken.
  private static func unusedPath(_ configuration: RunConfiguration) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyyMMdd-HHmmss"
    let base =
      configuration.output + "/" + configuration.name + "-" + formatter.string(from: Date())
    var path = base
    var number = 2
    while FileManager.default.fileExists(atPath: path) {
      path = "\(base)-\(number)"
      number += 1
    }
    return path
  }

  var config: String { path + "/config.yaml" }
  var summary: String { path + "/summary.json" }
  var weights: String { path + "/weights.safetensors" }
  var transforms: String { path + "/transforms" }

  func write(_ configuration: RunConfiguration) throws {
    try save(Self.text(of: configuration), to: config)
  }

  /// A run's config as its folder holds it.
  static func text(of configuration: RunConfiguration) -> String {
    // Paths are written in full: the run can be moved, and started again from anywhere.
    var style = RunConfiguration.Style()
    style.writesFullPaths = true
    return configuration.yaml(style)
  }

  func write(_ summary: RunSummary) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    // JSON knows no NaN; text says it honestly.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    try save(String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n", to: self.summary)
  }

  /// Weights and running statistics under the names and in the orientation that PyTorch uses.
  func write(_ programs: ModelPrograms, metadata: [String: String]) throws {
    do {
      try SafeTensors.write(
        programs.saved.map { variable in
          .init(
            variable.name, variable.shape.dimensions,
            .deferred(count: variable.shape.count) { programs.memory.read(variable, $0) })
        },
        metadata: metadata, to: weights)
    } catch {
      throw RunFailure("\(error)", folder: path)
    }
  }

  private func save(_ text: String, to path: String) throws {
    do { try AtomicFile.write(text, to: path) } catch {
      throw RunFailure("\(error)", folder: self.path)
    }
  }
}

extension RunFailure {
  /// What is no folder of a run, and why.
  static func noRun(_ folder: String) -> RunFailure {
    let reason =
      switch Folder.kind(folder) {
      case .folder where Folder.kind(folder + "/ensemble.yaml") == .file:
        "it is that of an ensemble, whose runs are in ensemble.yaml"
      case .folder: "it holds no config.yaml"
      case .nothing: "there is no such folder"
      case .file, .other: "it is a file"
      }
    return RunFailure("\(folder) is no folder of a run: \(reason)")
  }
}
