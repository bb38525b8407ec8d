import Espalier
import Foundation
import Testing

@testable import EspalierCommandLine

/// What must be there, by the committed list, against what is.
@Suite struct CatalogueTests {
  private struct Row: Hashable {
    let kind: String
    let name: String
  }

  private static func required() throws -> [Row] {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("Fixtures/catalogue/required.csv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().map {
      let fields = $0.split(separator: ",").map(String.init)
      return Row(kind: fields[0], name: fields[1])
    }
  }

  @Test func nothingIsMissing() throws {
    let required = try Self.required()
    #expect(required.count > 200)
    let catalog = try defaultCatalog()
    for row in required {
      let kind = try #require(PluginKind.all.first { $0.name == row.kind }, "\(row)")
      #expect(catalog.find(kind, row.name) != nil, "there is no \(row.kind) `\(row.name)`")
    }
  }

  /// A row a plugin, with its parameters, what it does, and its paper where it names one.
  @Test func theTableHasThemAll() throws {
    let catalog = try defaultCatalog()
    let pages = PluginReference(catalog, bundles: []).pages
    let table = try #require(pages.first { $0.file == "table.md" }).text
    let lines = table.split(separator: "\n").map(String.init)
    var rows = 0
    for kind in PluginKind.all {
      for entry in catalog.all(of: kind) {
        let start = "| \(kind.name) | [`\(entry.name)`]("
        let line = try #require(lines.first { $0.hasPrefix(start) }, "no row for \(entry.name)")
        rows += 1
        #expect(!entry.manifest.summary.isEmpty)
        #expect(line.contains(Markdown.cell(entry.manifest.summary)), "\(entry.name)")
        if let paper = entry.manifest.paper { #expect(line.contains(Markdown.cell(paper))) }
        for item in Schema(of: entry.type.init()).items {
          #expect(line.contains("`\(item.name)`"), "\(entry.name).\(item.name)")
        }
      }
    }
    #expect(lines.count { $0.hasPrefix("| ") } == rows + 2)
    #expect(rows > 190)
  }
}
