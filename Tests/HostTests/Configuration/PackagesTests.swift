import EspalierHost
import EspalierProtocols
import Testing

@Suite struct PackagesTests {
  private func packages(_ files: [String: String], _ path: String) -> [NamedPackage] {
    ConfigurationLoader(
      catalog: testCatalog, files: files.mapValues { Array($0.utf8) }
    ).packages(path)
  }

  @Test func namedWithFolderAndPlace() throws {
    let found = packages(
      [
        "runs/a.yaml": "include: ../base.yaml\nmodel: [unknown]\n",
        "base.yaml": "plugins: [./Acme, 'https://h/o@1.2.0']\n",
      ], "runs/a.yaml")
    #expect(found.map(\.reference) == ["./Acme", "https://h/o@1.2.0"])
    // Relative to the file that names it.
    #expect(found.map(\.folder) == [".", "."])
    let diagnostic = try #require(found.last).diagnostic(.packageForm, "no", label: nil)
    #expect(diagnostic.place?.description == "base.yaml:1:19")
    #expect(diagnostic.path == "plugins[1]")
    #expect(diagnostic.origin == ["included by runs/a.yaml:1"])
    #expect(packages(["a.yaml": "plugins: Acme"], "a.yaml").map(\.reference) == ["Acme"])
  }

  @Test func wrongConfigsNameNone() {
    for text in ["plugins: {a: b}", "plugins: [[a]]", "plugins: [a", "plugins:", "model: []"] {
      #expect(packages(["a.yaml": text], "a.yaml").isEmpty, "\(text)")
    }
    #expect(packages([:], "a.yaml").isEmpty)
  }

  @Test func pathsMoveAndAddressesDoNot() throws {
    let texts = [
      "./Acme", "/opt/Acme", "~/Acme", "https://h/o@1.2.0", "git@host:o.git@1.2.0",
      "file:///srv/o@1.0.0",
    ]
    let list = texts.map { "'\($0)'" }.joined(separator: ", ")
    let loader = ConfigurationLoader(
      catalog: testCatalog,
      files: [
        "runs/a.yaml": Array("include: ../base.yaml\n\(needed)".utf8),
        "base.yaml": Array("plugins: [\(list)]\n".utf8),
      ])
    let run = try loader.load("runs/a.yaml")
    #expect(run.plugins.map(\.text) == ["../Acme"] + texts.dropFirst())
    var style = RunConfiguration.Style()
    style.writesFullPaths = true
    let full = run.yaml(style)
    for text in texts.dropFirst() { #expect(full.contains(text), "\(full.prefix(300))") }
    #expect(!full.contains("../Acme") && full.contains("/Acme"))
    let moved = run.yaml(.init(folder: "."))
    #expect(moved.contains("plugins:\n  - Acme\n  - /opt/Acme\n"), "\(moved.prefix(300))")
  }
}
