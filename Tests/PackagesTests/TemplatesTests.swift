import EspalierProtocols
import Foundation
import Testing

@testable import EspalierPackages

@Suite struct TemplatesTests {
  @Test func oneForEachKindButBackends() throws {
    #expect(PluginTemplate.all.map(\.kind) == PluginKind.all.filter { $0 != .backend })
    do {
      _ = try PluginTemplate.of(.backend)
      Issue.record("there is a template of backends")
    } catch {
      #expect(error.message.contains("every operation"))
      #expect(error.remedy?.contains("Sources/Plugins/Backends/Reference") == true)
    }
  }

  @Test func namesTakeTheirPlaces() throws {
    let name = try PluginName("my_thing")
    for template in PluginTemplate.all {
      let files = template.files(name, module: "AcmePlugins")
      #expect(
        files.map(\.path) == [
          "Sources/AcmePlugins/MyThing.swift", "Tests/AcmePluginsTests/MyThingTests.swift",
          "Documentation/MyThing.md",
        ])
      for file in files {
        for placeholder in ["__Name__", "__name__", "__Module__"] {
          #expect(!file.text.contains(placeholder), "\(template.kind.name)")
        }
        #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"))
      }
      #expect(files[0].text.contains("public struct MyThing: "))
      #expect(files[0].text.contains("\"my_thing\", \""))
      #expect(files[1].text.hasPrefix("import AcmePlugins\nimport Espalier"))
      #expect(files[2].text.hasPrefix("# my_thing\n"))
    }
  }

  /// A page tells of each parameter what the declaration says: its text and its default.
  @Test func pagesSayWhatSourcesDeclare() throws {
    for template in PluginTemplate.all {
      let declaration = /@Parameter\("(?<text>[^"]+)"[^@]*?var (?<name>\w+): \w+ = (?<value>\S+)/
      let matches = template.source.matches(of: declaration)
      #expect(!matches.isEmpty, "\(template.kind.name)")
      for match in matches {
        let name = match.name.reduce(into: "") {
          $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1)
        }
        let row = "| `\(name)` | \(match.text)"
        #expect(template.page.contains(row), "\(template.kind.name): \(row)")
        guard let value = Double(match.value) else { continue }
        let line = template.page.split(separator: "\n").first { $0.hasPrefix(row) } ?? ""
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(
          cells.contains { Double($0.trimmingCharacters(in: ["`"])) == value },
          "\(template.kind.name): \(line)")
      }
      // Within the width of Espalier's own sources once the margin here is taken away.
      for line in (template.source + template.tests).split(separator: "\n") {
        #expect(line.count <= 110, "\(line)")
      }
    }
  }

  @Test(arguments: [
    "espalier", "Espalier", "EspalierTools", "main", "swift", "Testing", "class", "a b",
  ])
  func whatIsNoProject(_ name: String) {
    #expect(throws: PackageProblem.self) {
      try NewPackage.project(name, espalier: .folder("/espalier"))
    }
  }

  @Test func aProjectIsNotWrittenOverAFolder() throws {
    let folder = NSTemporaryDirectory() + "espalier-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let project = try NewPackage.project("acme", espalier: .folder("/espalier"))
    try project.write(in: folder)
    let manifest = try String(contentsOfFile: folder + "/acme/Package.swift", encoding: .utf8)
    #expect(manifest.contains(".package(name: \"Espalier\", path: \"/espalier\")\n"))
    #expect(throws: PackageProblem.self) { try project.write(in: folder) }
  }

  @Test func whereEspalierIs() throws {
    func place(_ text: String) throws -> EspalierDependency {
      try EspalierDependency.named(text, environment: [:])
    }
    #expect(
      try place("https://host/team/espalier.git@1.2.0").declaration
        == ".package(url: \"https://host/team/espalier.git\", from: \"1.2.0\")")
    #expect(
      try place("https://host/team/espalier.git@main").declaration
        == ".package(url: \"https://host/team/espalier.git\", branch: \"main\")")
    #expect(throws: PackageProblem.self) { try place("https://host/team/espalier.git") }
    #expect(throws: PackageProblem.self) { try place("/tmp") }
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    #expect(try place(root) == .folder(root))
  }
}
