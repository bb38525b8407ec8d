import Dispatch
import EspalierFormats
import EspalierProtocols

/// The images below a folder, in the order of their samples.
struct ImageFolderFiles: Sendable {
  /// The folder, or the one image.
  let root: String
  /// Paths seen from the folder; empty for the one image.
  private(set) var names: [String] = []
  /// Of each image; empty where there are none to learn.
  private(set) var classes: [Int] = []
  private(set) var target = TargetDescription.none
  /// What the user should know of what is not read.
  private(set) var notes: [String] = []

  /// Where an image is.
  func path(_ number: Int) -> String {
    names[number].isEmpty ? root : root + "/" + names[number]
  }

  /// Finds the images and their classes.
  ///
  /// - Throws: ``PluginError`` where folders are not such as classes have, ``FormatError`` for one that cannot be
  ///   read.
  init(_ path: String, _ context: SourceContext) throws {
    root = path
    switch Folder.kind(path) {
    case .folder: break
    case .nothing: throw FormatError(path, "there is no such folder")
    default:
      guard !context.needsTargets else {
        throw FormatError(path, "is a file; a folder with a folder a class is needed")
      }
      names = [""]
      return
    }
    var others = Others()
    guard context.needsTargets else {
      names = others.images(of: try Folder.files(below: path))
      guard !names.isEmpty else { throw FormatError(path, "holds no image" + others.words) }
      notes = others.notes(path)
      return
    }
    let entries = try Folder.entries(path)
    guard !entries.folders.isEmpty else {
      let loose = others.images(of: entries.files).count
      throw PluginError(
        "\(path) has no folders"
          + (loose == 0 ? "" : ", but \(loose) \(loose == 1 ? "image" : "images") of no class"),
        parameter: "path", remedy: "put the images of each class into a folder of its name")
    }
    let learned = try Self.learned(context, entries.folders, path)
    target = .classes(learned)
    for name in entries.folders {
      let images = others.images(of: try Folder.files(below: path + "/" + name))
      guard !images.isEmpty else {
        throw PluginError(
          "the class folder \(path)/\(name) holds no image" + others.words, parameter: "path")
      }
      names += images.map { name + "/" + $0 }
      let number = learned.firstIndex(of: name)!
      classes += [Int](repeating: number, count: images.count)
    }
    others.count += entries.files.count
    notes = others.notes(path)
  }

  /// The names of the classes in their order.
  private static func learned(
    _ context: SourceContext, _ found: [String], _ path: String
  ) throws -> [String] {
    switch context.expected?.target {
    case .classes(let learned):
      if let strange = found.first(where: { !learned.contains($0) }) {
        throw PluginError(
          "\(path)/\(strange) is the folder of none of the classes learned: \(Labels.list(learned))",
          parameter: "path")
      }
      let missing = learned.filter { !found.contains($0) }
      if !missing.isEmpty {
        throw PluginError(
          "\(path) has no folder of the classes \(Labels.list(missing))", parameter: "path",
          remedy: "all classes that are learned must have samples here too")
      }
      return learned
    case .values:
      throw PluginError("the model learned values, and folders are classes", parameter: "path")
    case .some(.none), nil:
      guard found.count > 1 else {
        throw PluginError(
          "\(path) has the folder of one class, `\(found[0])`; two are needed at least",
          parameter: "path")
      }
      return found
    }
  }

  // MARK: Headers

  /// What the images say of themselves.
  ///
  /// - Parameter skips: whether those that say nothing are left out.
  mutating func readHeaders(skipping skips: Bool) throws -> [ImageHeader] {
    var headers: [ImageHeader?] = []
    var bad: [(number: Int, error: FormatError)] = []
    let files = self
    let outcomes = concurrently(names.count) { (number) throws(FormatError) -> ImageHeader in
      try ImageFile.header(files.path(number))
    }
    for (number, outcome) in outcomes.enumerated() {
      switch outcome {
      case .success(let header): headers.append(header)
      case .failure(let error):
        guard skips else { throw error }
        headers.append(nil)
        bad.append((number, error))
      }
    }
    try leaveOut(bad)
    return headers.compactMap { $0 }
  }

  /// Leaves out images that cannot be read.
  ///
  /// - Parameter bad: their numbers, in order.
  mutating func leaveOut(_ bad: [(number: Int, error: FormatError)]) throws {
    guard let first = bad.first else { return }
    let numbers = Set(bad.map(\.number))
    let kept = names.indices.filter { !numbers.contains($0) }
    let classNames = target.names
    let left = Set(kept.map { classes.isEmpty ? 0 : classes[$0] })
    if let empty = classNames.indices.first(where: { !left.contains($0) }) {
      throw PluginError(
        "no image of the class `\(classNames[empty])` can be read; the first: \(first.error)",
        parameter: "path")
    }
    guard !kept.isEmpty else {
      throw PluginError("no image can be read; the first: \(first.error)", parameter: "path")
    }
    notes.append(
      "\(bad.count) \(bad.count == 1 ? "image" : "images") that cannot be read left out: "
        + bad.prefix(3).map { "\($0.error)" }.joined(separator: "; ")
        + (bad.count > 3 ? "; …" : ""))
    names = kept.map { names[$0] }
    if !classes.isEmpty { classes = kept.map { classes[$0] } }
  }

  // MARK: Other files

  /// Files that are no images, by their endings.
  private struct Others {
    var count = 0
    private var endings: Set<String> = []

    mutating func images(of files: [String]) -> [String] {
      files.filter { file in
        let name = file.split(separator: "/").last ?? ""
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        if name.contains("."), ImageFile.endings.contains(ending) { return true }
        count += 1
        if name.contains("."), endings.count < 4 { endings.insert("." + ending) }
        return false
      }
    }

    /// For an error.
    var words: String {
      guard count > 0 else { return "" }
      let shown = endings.sorted().joined(separator: ", ")
      return "; \(count) \(count == 1 ? "file has" : "files have") other endings"
        + (shown.isEmpty ? "" : " (\(shown))") + " than "
        + ImageFile.endings.joined(separator: ", ")
    }

    func notes(_ path: String) -> [String] {
      guard count > 0 else { return [] }
      let shown = endings.sorted().joined(separator: ", ")
      return [
        "\(count) \(count == 1 ? "file" : "files") in \(path) passed over"
          + (shown.isEmpty ? "" : " (\(shown))")
      ]
    }
  }
}

/// Calls a function for each number, on all cores; what it gave, in order.
func concurrently<Value: Sendable>(
  _ count: Int, _ body: @Sendable (Int) throws(FormatError) -> Value
) -> [Result<Value, FormatError>] {
  // Each call writes a place of its own, in portions that are worth a hand-over.
  let portion = 32
  let results = UnsafeMutablePointer<Result<Value, FormatError>?>.allocate(capacity: count)
  results.initialize(repeating: nil, count: count)
  defer {
    results.deinitialize(count: count)
    results.deallocate()
  }
  nonisolated(unsafe) let places = results
  DispatchQueue.concurrentPerform(iterations: (count + portion - 1) / portion) { number in
    for index in number * portion..<min(count, (number + 1) * portion) {
      do throws(FormatError) { places[index] = .success(try body(index)) } catch {
        places[index] = .failure(error)
      }
    }
  }
  return (0..<count).map { results[$0]! }
}
