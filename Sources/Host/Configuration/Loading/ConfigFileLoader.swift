import EspalierProtocols
import EspalierYAML

/// Reads a config file and all that it includes into one tree.
struct ConfigFileLoader {
  let catalog: Catalog
  let environment: [String: String]
  /// Reads a file by its path; a test may hand in files that lie nowhere.
  let read: @Sendable (String) throws(ConfigFileProblem) -> [UInt8]
  private(set) var problems: [Diagnostic] = []
  /// Whether a file is missing or could not be parsed: what it would have said is not known then.
  private(set) var isIncomplete = false
  private var count = 0

  init(
    catalog: Catalog, environment: [String: String],
    read: @escaping @Sendable (String) throws(ConfigFileProblem) -> [UInt8]
  ) {
    self.catalog = catalog
    self.environment = environment
    self.read = read
  }

  static let mostFiles = 100

  /// The file that is being read and those that led to it, the innermost last.
  private struct Link {
    let path: String
    /// Where the next file is included.
    var includes: ConfigPlace?
  }

  mutating func load(_ path: String) -> ConfigNode? { load(path, [], nil) }

  private mutating func load(
    _ path: String, _ chain: [Link], _ include: ConfigNode?
  ) -> ConfigNode? {
    let origin = chain.reversed().compactMap(\.includes).map { "included by \($0.file):\($0.line)" }
    let bytes: [UInt8]
    do throws(ConfigFileProblem) { bytes = try read(path) } catch {
      isIncomplete = true
      problems.append(unreadable(path, error, include))
      return nil
    }
    count += 1
    let name = path == "-" ? "standard input" : path
    let folder = path == "-" ? "." : ConfigFiles.folder(of: path)
    let node: YAMLNode
    do throws(YAMLError) {
      node = try YAML.parse(
        bytes: bytes, name: name, limits: TreeReader.limits, options: TreeReader.options)
    } catch {
      isIncomplete = true
      let text = ConfigText(
        name: name, folder: folder, order: count, lines: ConfigFileLoader.lines(of: bytes))
      problems.append(error.diagnostic(in: text, origin))
      return nil
    }
    let fallback = EspalierYAML.SourceText(name: name, bytes: [], lineStarts: [0])
    let text = ConfigText(
      name: name, folder: folder, order: count, source: node.source ?? fallback)
    var reader = TreeReader(text: text, origin: origin, environment: environment)
    let tree = reader.read(node)
    problems += reader.problems
    guard tree.entries != nil else {
      isIncomplete = true
      problems.append(notAConfig(tree, name))
      return nil
    }
    return withIncludes(tree, path, folder, chain)
  }

  /// The tree laid over the files that it includes.
  private mutating func withIncludes(
    _ tree: ConfigNode, _ path: String, _ folder: String, _ chain: [Link]
  ) -> ConfigNode {
    guard let entries = tree.entries, let entry = entries.first(where: { $0.key == "include" })
    else { return tree }
    var own = tree
    own.content = .table(entries.filter { $0.key != "include" })
    let merger = TreeMerger(catalog: catalog)
    var base: ConfigNode?
    for item in entry.value.elements ?? [entry.value] {
      guard let target = includePath(item) else { continue }
      let file = ConfigFiles.join(folder, target)
      let links = chain + [Link(path: ConfigFiles.normalized(path), includes: item.place)]
      if let start = links.firstIndex(where: { $0.path == file }) {
        report(cycle: links[start...].map(\.path) + [file], item)
        continue
      }
      guard count < ConfigFileLoader.mostFiles else {
        report(
          .includeTooMany, "more than \(ConfigFileLoader.mostFiles) files are included", item,
          label: "this one is too many")
        break
      }
      guard let included = load(file, links, item) else { continue }
      base = base.map { merger.merge($0, included) } ?? included
    }
    return base.map { merger.merge($0, own) } ?? own
  }

  private mutating func includePath(_ item: ConfigNode) -> String? {
    if item.isInvalid {
      isIncomplete = true
      return nil
    }
    if case .text(let path)? = item.scalar?.value, !path.isEmpty { return path }
    report(
      .includeForm,
      "`include` takes a file path or a list of them, not \(item.value().kindInWords)",
      item, label: "for example `include: base.yaml` or `include: [base.yaml, data.yaml]`")
    return nil
  }

  private mutating func report(cycle: [String], _ item: ConfigNode) {
    report(
      .includeCycle,
      cycle.count == 2 ? "\(cycle[0]) includes itself" : "files include each other in a circle",
      item, label: cycle.joined(separator: " → "))
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, _ item: ConfigNode, label: String
  ) {
    isIncomplete = true
    problems.append(
      Diagnostic(
        code, message, at: item.place, path: "include", origin: item.origin, found: item.inShort,
        label: label))
  }

  private func unreadable(_ path: String, _ problem: ConfigFileProblem, _ item: ConfigNode?)
    -> Diagnostic
  {
    guard let item else {
      let name = path == "-" ? "standard input" : path
      return Diagnostic(
        .unreadableFile, "cannot read \(Printable.short(name, 200)): \(problem.reason)",
        found: path,
        label: path.hasSuffix(".yaml") || path.hasSuffix(".yml") || !problem.isMissing
          ? nil : "a config usually ends in .yaml: is this the file you meant?")
    }
    return Diagnostic(
      .includeMissing, "cannot read the included file \(Printable.code(item.inShort))",
      at: item.place, path: "include", origin: item.origin, found: item.inShort,
      label: "\(path): \(problem.reason)")
  }

  private func notAConfig(_ tree: ConfigNode, _ name: String) -> Diagnostic {
    if tree.isNull {
      return Diagnostic(
        .notAConfig, "\(name) is empty", at: nil,
        label: "a config needs `data`, `model`, `loss` and `optimizer`")
    }
    return Diagnostic(
      .notAConfig, "a config is a group of keys, and this is \(tree.value().kindInWords)",
      at: tree.place, origin: tree.origin,
      label: "write `data:`, `model:`, `loss:` and `optimizer:`, each on a line of its own")
  }

  /// The lines of a text that may not even be UTF-8, for an excerpt.
  private static func lines(of bytes: [UInt8]) -> [String] {
    bytes.prefix(1 << 20).split(omittingEmptySubsequences: false) { $0 == 10 }.map {
      String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self)
    }
  }
}
