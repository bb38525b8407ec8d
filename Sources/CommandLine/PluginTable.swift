import EspalierProtocols

/// All plugins of a catalog as one table in Markdown, a row a plugin.
struct PluginTable {
  static let file = "table.md"

  let groups: [(kind: PluginKind, entries: [Catalog.Entry])]
  let catalog: Catalog

  var text: String {
    var text = """
      \(PluginReference.mark)

      # All plugins in one table

      | kind | name | parameters | what it does | paper |
      | --- | --- | --- | --- | --- |

      """
    for (kind, entries) in groups {
      for entry in entries {
        let cells = [
          kind.name, names(of: entry, on: PluginReference.file(kind)), parameters(of: entry),
          Markdown.cell(entry.manifest.summary), Markdown.cell(entry.manifest.paper ?? ""),
        ]
        text += "| " + cells.joined(separator: " | ") + " |\n"
      }
    }
    return text
  }

  private func names(of entry: Catalog.Entry, on page: String) -> String {
    let name = catalog.unambiguousName(of: entry)
    let own = "[`\(name)`](\(page)#\(name.filter { $0 != "/" }))"
    return ([own] + entry.manifest.aliases.map { "`\($0)`" }).joined(separator: ", ")
  }

  private func parameters(of entry: Catalog.Entry) -> String {
    Schema(of: entry.type.init()).items.map { "`\($0.name)`" }.joined(separator: ", ")
  }
}
