import EspalierProtocols

/// The reference of a catalog's plugins as Markdown: an index, a table of all, and a page a kind.
///
/// It is made of what the plugins declare and nothing else, so that it cannot say what they do not.
struct PluginReference {
  struct Page: Equatable {
    /// The file's name, `optimizers.md`.
    let file: String
    let text: String
  }

  /// The first line of every page, by which pages are told from files of another origin.
  static let mark = "<!-- Made of the plugins' declarations by `plugins reference`. -->"
  static let index = "README.md"

  private let catalog: Catalog
  private let groups: [(kind: PluginKind, entries: [Catalog.Entry])]
  private let bundles: [String]

  /// - Parameter bundles: those to be told of; all if empty.
  init(_ catalog: Catalog, bundles: [String]) {
    self.catalog = catalog
    self.bundles = bundles
    groups = PluginKind.all.compactMap { kind in
      let entries = catalog.all(of: kind).filter { bundles.isEmpty || bundles.contains($0.bundle) }
      return entries.isEmpty ? nil : (kind, entries)
    }
  }

  /// The index first, then the table of all.
  var pages: [Page] {
    [
      Page(file: Self.index, text: indexText),
      Page(file: PluginTable.file, text: PluginTable(groups: groups, catalog: catalog).text),
    ]
      + groups.map { kind, entries in
        Page(file: Self.file(kind), text: text(kind, entries))
      }
  }

  static func file(_ kind: PluginKind) -> String { kind.plural + ".md" }

  // MARK: Index

  private var indexText: String {
    let of = bundles.isEmpty ? "" : " of " + bundles.joined(separator: ", ")
    var text = """
      \(Self.mark)

      # Plugins\(of)

      All that a config can name, by kind. `plugins show NAME` tells the same in a terminal;
      [one table](\(PluginTable.file)) has them all with parameters and papers.

      """
    for (kind, entries) in groups {
      text += "\n## [\(Self.title(kind))](\(Self.file(kind)))\n\n\(kind.introduction)\n\n"
      text += "| name | |\n| --- | --- |\n"
      for entry in entries {
        text += "| \(link(entry, in: Self.file(kind))) "
        text += "| \(Markdown.cell(entry.manifest.summary)) |\n"
      }
    }
    return text
  }

  /// A link to a plugin's section, by the name that a config needs.
  private func link(_ entry: Catalog.Entry, in file: String = "") -> String {
    let name = catalog.unambiguousName(of: entry)
    // Headings are known by their letters alone.
    return "[`\(name)`](\(file)#\(name.filter { $0 != "/" }))"
  }

  private static func title(_ kind: PluginKind) -> String {
    kind.plural.prefix(1).uppercased() + kind.plural.dropFirst()
  }

  // MARK: A kind

  private func text(_ kind: PluginKind, _ entries: [Catalog.Entry]) -> String {
    let names = entries.map { link($0) }.joined(separator: " · ")
    return """
      \(Self.mark)

      # \(Self.title(kind))

      \(kind.introduction)

      \(names)

      """ + entries.map(section).joined()
  }

  private func section(_ entry: Catalog.Entry) -> String {
    let manifest = entry.manifest
    let name = catalog.unambiguousName(of: entry)
    var text = "\n## \(name)\n\n\(Markdown.text(manifest.summary))\n"
    var facts: [String] = []
    if let paper = manifest.paper { facts.append("Paper: \(Markdown.text(paper)).") }
    if !manifest.aliases.isEmpty {
      facts.append("Also: \(manifest.aliases.map { "`\($0)`" }.joined(separator: ", ")).")
    }
    if entry.origin?.package != PluginOrigin.framework {
      facts.append("Bundle `\(entry.bundle)`, \(Markdown.text(entry.provenance)).")
    }
    if !facts.isEmpty { text += "\n\(facts.joined(separator: " "))\n" }
    let sample = manifest.sample.replacing(entry.name, with: name, maxReplacements: 1)
    text += "\n```yaml\n\(entry.kind.place.yaml(sample))```\n"
    let items = Schema(of: entry.type.init()).items
    return text + (items.isEmpty ? "" : "\n" + table(items))
  }

  private func table(_ items: [Schema.Item]) -> String {
    let rows = items.map(row)
    // Few plugins have units, and some no ranges.
    let columns = ["parameter", "meaning", "type", "default", "range", "unit"].enumerated().filter {
      place, _ in
      place < 4 || rows.contains { !$0[place].isEmpty }
    }
    let head = columns.map { $0.offset == 0 ? "parameter" : $0.element }
    let lines =
      [head, head.map { _ in "---" }] + rows.map { row in columns.map { row[$0.offset] } }
    return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  /// Name, meaning, type, default, range and unit as cells.
  private func row(_ item: Schema.Item) -> [String] {
    switch item.content {
    case .parameter(let parameter):
      let bounds = parameter.bounds.flatMap { $0 == Bounds() ? nil : $0.inWords } ?? ""
      return [
        "`\(item.name)`", Markdown.cell(parameter.text), parameter.form.inTable,
        parameter.defaultConfigValue.map(Self.shown) ?? "required", bounds, parameter.unit ?? "",
      ]
    case .component(let component):
      let kind = component.kind
      let link = groups.contains { $0.kind == kind }
      func linked(_ text: String) -> String { link ? "[\(text)](\(Self.file(kind)))" : text }
      let type =
        switch component.multiplicity {
        case .one, .optional: linked(kind.name)
        case .many: "list of " + linked(kind.plural)
        }
      let current = component.current.map { "`\($0.pluginName)`" }.joined(separator: ", ")
      let standard = component.hasDefault ? (current.isEmpty ? "none" : current) : "required"
      return ["`\(item.name)`", Markdown.cell(component.text), type, standard, "", ""]
    }
  }

  private static func shown(_ value: ConfigValue) -> String {
    switch value {
    case .null, .text(""): "none"
    default: "`\(value)`"
    }
  }
}

/// Texts of plugins as Markdown.
enum Markdown {
  /// Every sign stands for itself, but for code between grave accents.
  static func text(_ text: String) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { place, part in
        guard place.isMultiple(of: 2) else { return "`\(part)`" }
        return part.reduce(into: "") { result, sign in
          if "\\*_[]<>#~".contains(sign) { result += "\\" }
          result.append(sign)
        }
      }.joined()
  }

  /// In a table, where a bar would end the cell even within code.
  static func cell(_ text: String) -> String {
    Markdown.text(text).replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}

extension ValueForm {
  /// Without an article; choices as code.
  fileprivate var inTable: String {
    switch self {
    case .bool: "true or false"
    case .integer: "whole number"
    case .number: "number"
    case .text: "text"
    case .path: "file path"
    case .choice(let names):
      // A bar would end the cell, and a tabulator is not seen.
      names.map { "`\($0)`".replacing("|", with: "\\|").replacing("\t", with: "\\t") }
        .joined(separator: ", ")
    case .list(.integer): "list of whole numbers"
    case .list(.number): "list of numbers"
    case .list(.text): "list of texts"
    case .list(.path): "list of file paths"
    case .list(let element): "list, each: \(element.inTable)"
    case .optional(let wrapped): wrapped.inTable
    case .table(let element): "keys, each: \(element.inTable)"
    case .either(let forms): forms.map(\.inTable).joined(separator: ", or ")
    }
  }
}
