import EspalierProtocols
import Foundation

/// `plugins reference`
struct PluginsReferenceCommand: Command {
  static let name = "reference"
  static let summary = "writes the reference of all plugins as Markdown, or checks it"
  static let details = """
    An index and a page for each kind, made of what the plugins declare: formulas, papers, parameters
    with defaults and ranges, samples. Pages of kinds that have no plugins any more are removed; files
    that are no pages of a reference are left alone, and refused where a page has their name.
    """
  static let examples = [
    "plugins reference", "plugins reference --bundle acme --output Documentation",
    "plugins reference --check",
  ]
  static let otherNames = ["docs", "markdown"]

  @Option("where the pages are", as: "DIR", completes: .folders)
  var output = "Documentation/Plugins"
  @Option("only the plugins of this bundle", as: "NAME") var bundle: [String]
  @Flag("writes nothing; says which pages are stale and ends with status 1 if any is") var check

  func run(_ context: Context) throws -> ExitStatus {
    let catalog = try context.program.catalog()
    let known = Set(catalog.entries.map(\.bundle)).sorted()
    for name in bundle where !known.contains(name) {
      throw UsageError(
        "there is no bundle `\(Parser.shown(name))`" + Parser.suggestion(name, known))
    }
    let pages = PluginReference(catalog, bundles: bundle).pages
    return check ? try compare(pages, context) : try write(pages, context)
  }

  // MARK: Writing

  private func write(_ pages: [PluginReference.Page], _ context: Context) throws -> ExitStatus {
    for page in pages {
      if let old = try content(page.file), !old.hasPrefix(PluginReference.mark) {
        throw CommandFailure(
          "\(path(page.file)) is no page of a reference: move it away, or name another folder with "
            + "--output")
      }
    }
    do {
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("\(output) cannot be made: \(error.localizedDescription)")
    }
    for page in pages where try content(page.file) != page.text {
      let file = try OutputFile(path(page.file), console: context.console.output)
      try file.write(page.text)
      try file.close()
      context.print("\(path(page.file))\n")
    }
    for file in try leftOver(pages) {
      do { try FileManager.default.removeItem(atPath: path(file)) } catch {
        throw CommandFailure("\(path(file)) cannot be removed: \(error.localizedDescription)")
      }
      context.print("\(path(file)) removed\n")
    }
    return .done
  }

  // MARK: Checking

  private func compare(_ pages: [PluginReference.Page], _ context: Context) throws -> ExitStatus {
    var problems: [String] = []
    for page in pages {
      switch try content(page.file) {
      case page.text: break
      case nil: problems.append("\(path(page.file)) is missing")
      case .some: problems.append("\(path(page.file)) is stale")
      }
    }
    problems += try leftOver(pages).map { "\(path($0)) is of a kind that has no plugins" }
    guard !problems.isEmpty else { return .done }
    for problem in problems { context.note("error: \(problem)") }
    let words = ["plugins reference"] + bundle.map { "--bundle \($0)" }
    context.note(
      "renew with: \(context.program.name) \(words.joined(separator: " ")) "
        + "--output \(TrainingReport.quoted(output))")
    return .failed
  }

  // MARK: Files

  private func path(_ file: String) -> String { output + "/" + file }

  /// Pages in the folder of kinds that are not there.
  private func leftOver(_ pages: [PluginReference.Page]) throws -> [String] {
    let files = Set(pages.map(\.file))
    return try PluginKind.all.map(PluginReference.file).filter { file in
      try !files.contains(file) && content(file)?.hasPrefix(PluginReference.mark) == true
    }
  }

  /// What a file holds; `nil` when there is none.
  private func content(_ file: String) throws -> String? {
    guard let data = FileManager.default.contents(atPath: path(file)) else {
      guard FileManager.default.fileExists(atPath: path(file)) else { return nil }
      throw CommandFailure("\(path(file)) cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
