import EspalierFormats
import EspalierProtocols
import Foundation

/// `ensemble.yaml`: which runs an ensemble joins, and how.
struct EnsembleFile: ConfigSection {
  static let text = "runs that predict together"
  static let examples = ["members": "members: [member-1, member-2, ../runs/digits]"]
  static let name = "ensemble.yaml"

  @Parameter("folders of the runs, as seen from this file") var members: [FilePath]
  @Parameter("how their predictions become one") var join = EnsembleJoin.mean
  @Parameter("how much each of them counts, 0 or more; all alike unless given", in: 0...)
  var weights: [Double] = []

  init() {}

  init(members: [FilePath], join: EnsembleJoin, weights: [Double]?) {
    self.members = members
    self.join = join
    self.weights = weights ?? []
  }

  /// - Throws: ``ConfigurationProblems`` with all that is wrong with the file.
  init(reading folder: String) throws(ConfigurationProblems) {
    let path = folder + "/" + Self.name
    var files = ConfigFileLoader(catalog: Catalog(), environment: [:]) {
      (path) throws(ConfigFileProblem) in try ConfigFiles.read(path)
    }
    guard let tree = files.load(path) else { throw ConfigurationProblems(files.problems) }
    var decoder = ConfigDecoder(
      catalog: Catalog(), root: tree, folder: folder, isIncomplete: files.isIncomplete)
    decoder.decode(
      tree.entries ?? [], SchemaItem.items(of: self),
      ConfigDecoder.Owner(
        name: "an ensemble", path: "", place: tree.place, origin: [], examples: Self.examples))
    var problems = files.problems + decoder.problems
    if problems.isEmpty, !weights.isEmpty, weights.count != members.count {
      problems.append(
        Diagnostic(
          .ensembleUnusable, "there are \(weights.count) weights for \(members.count) members",
          at: decoder.places.nearest("weights")?.place, path: "weights",
          label: "one for each member"))
    }
    if problems.isEmpty, members.isEmpty {
      problems.append(
        Diagnostic(
          .ensembleUnusable, "the ensemble has no members",
          at: decoder.places.nearest("members")?.place, path: "members",
          label: "name the folders of runs"))
    }
    guard problems.isEmpty else { throw ConfigurationProblems(problems) }
  }

  /// The runs' folders, as seen from where the program runs.
  func folders(in folder: String) -> [String] {
    members.map { $0.text.hasPrefix("/") ? $0.text : folder + "/" + $0.text }
  }

  func write(to folder: String) throws {
    var entries: [ConfigValue.Entry] = [
      .init("members", members.configValue), .init("join", join.configValue),
    ]
    if !weights.isEmpty { entries.append(.init("weights", weights.configValue)) }
    // JSON's texts and lists are YAML's too.
    let lines = entries.map { $0.key + ": " + JSONText.text($0.value) + "\n" }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try AtomicFile.write(
        "# Runs that predict together: `espalier evaluate` and `espalier predict` take this folder.\n"
          + lines.joined(), to: folder + "/" + Self.name)
    } catch { throw RunFailure("\(error)", folder: folder) }
  }
}

extension Ensemble {
  /// Whether a folder is one of an ensemble.
  public static func isEnsemble(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/" + EnsembleFile.name)
  }

  /// The folders of an ensemble's members.
  ///
  /// - Throws: ``ConfigurationProblems`` when its file cannot be read.
  package static func members(of folder: String) throws(ConfigurationProblems) -> [String] {
    try EnsembleFile(reading: folder).folders(in: folder)
  }

  /// Whether an ensemble's members are the runs in these folders.
  package static func joins(
    _ runs: [String], in folder: String
  ) throws(ConfigurationProblems) -> Bool {
    try members(of: folder).map { relative($0, to: folder) }
      == runs.map { relative($0, to: folder) }
  }

  /// Writes an ensemble's folder: `ensemble.yaml`, which names the members by their place seen from there.
  package static func save(
    _ members: [String], join: EnsembleJoin, weights: [Double]?, to folder: String
  ) throws {
    try EnsembleFile(
      members: members.map { FilePath(relative($0, to: folder)) }, join: join, weights: weights
    ).write(to: folder)
  }

  /// A path as seen from a folder.
  static func relative(_ path: String, to folder: String) -> String {
    func parts(_ path: String) -> [String] {
      let full =
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
      return URL(fileURLWithPath: full).standardizedFileURL.pathComponents
    }
    let (target, base) = (parts(path), parts(folder))
    let common = zip(target, base).prefix { $0 == $1 }.count
    let steps = [String](repeating: "..", count: base.count - common) + target[common...]
    return steps.isEmpty ? "." : steps.joined(separator: "/")
  }
}
