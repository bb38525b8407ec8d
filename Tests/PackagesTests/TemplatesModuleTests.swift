import Foundation
import Testing

@testable import EspalierPackages

@Suite struct TemplatesModuleTests {
  private func adding(_ type: String, to text: String) throws -> String {
    let lists = BundleList.all(in: text)
    #expect(lists.count == 1)
    return try #require(lists.first).adding(type, to: text)
  }

  @Test(arguments: [
    (
      "let plugins = PluginBundle(\"acme\") {\n  Cube.self\n}\n",
      "let plugins = PluginBundle(\"acme\") {\n  Cube.self\n  New.self\n}\n"
    ),
    (
      "let a = PluginBundle(\"a\") { Cube.self }",
      "let a = PluginBundle(\"a\") { Cube.self; New.self }"
    ),
    ("let a = PluginBundle(\"a\") {}", "let a = PluginBundle(\"a\") { New.self }"),
    ("let a = PluginBundle(\"a\") {\n}", "let a = PluginBundle(\"a\") {\n  New.self\n}"),
    ("let a = PluginBundle(\"a\") {\n\n}", "let a = PluginBundle(\"a\") {\n  New.self\n}"),
    (
      "  let a = PluginBundle(\"a\")\n  {\n    One.self  // }\n    /* } */ Two.self\n  }.from(b)\n",
      "  let a = PluginBundle(\"a\")\n  {\n    One.self  // }\n    /* } */ Two.self\n    New.self\n"
        + "  }.from(b)\n"
    ),
    (
      "let a = PluginBundle(\"a)\") {\n\tOne.self\n\tTwo.self }",
      "let a = PluginBundle(\"a)\") {\n\tOne.self\n\tTwo.self \n\tNew.self\n}"
    ),
  ])
  func joinsTheBundle(_ before: String, _ after: String) throws {
    #expect(try adding("New", to: before) == after)
  }

  @Test(arguments: [
    "// PluginBundle(\"a\") { One.self }", "/* PluginBundle(\"a\") {} */",
    "let text = \"PluginBundle() {}\"", "let b: PluginBundle = a", "MyPluginBundle(\"a\") {}",
    "PluginBundle(\"a\") { One.self", "PluginBundle(\"a\")", "PluginBundle(", "PluginBundle",
    "\"\"\"\nPluginBundle(\"a\") {}\n\"\"\"",
  ])
  func whatIsNoBundle(_ text: String) { #expect(BundleList.all(in: text).isEmpty) }

  // MARK: In a package

  private func inPackage(
    _ files: [String: String], _ body: (String) throws -> Void
  ) throws {
    let folder = NSTemporaryDirectory() + "espalier-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try NewFiles.write(files.sorted { $0.key < $1.key }.map { NewFile($0, $1) }, in: folder)
    try body(folder)
  }

  private let bundle = "import Espalier\n\npublic let plugins = PluginBundle(\"acme\") {\n}\n"

  @Test func findsTheModuleAndAdds() throws {
    try inPackage([
      "Sources/Acme/Inner/Plugins.swift": bundle, "Sources/Acme/Cube.swift": "struct Cube {}",
      "Sources/Program/main.swift": "print(1)",
    ]) { folder in
      let module = try PluginsModule(package: folder)
      #expect(module.name == "Acme")
      #expect(module.bundleFile == "Sources/Acme/Inner/Plugins.swift")
      #expect(throws: PackageProblem.self) {
        try module.add(.layer, as: PluginName("Cube"))
      }
      #expect(!NewFiles.exists(folder + "/Documentation"))
      let files = try module.add(.layer, as: PluginName("Square"))
      #expect(files.count == 3 && files.allSatisfy { NewFiles.exists(folder + "/" + $0.path) })
      let text = try String(contentsOfFile: folder + "/" + module.bundleFile, encoding: .utf8)
      #expect(text == bundle.replacing("{\n}", with: "{\n  Square.self\n}"))
    }
  }

  @Test func noneOrSeveral() throws {
    try inPackage(["Sources/Acme/main.swift": "print(1)"]) { folder in
      let problem = problem { _ = try PluginsModule(package: folder) }
      #expect(problem.hasPrefix("the package here has no module of plugins: no file in"))
    }
    try inPackage(["Sources/A/P.swift": bundle, "Sources/B/P.swift": bundle]) { folder in
      #expect(
        problem { _ = try PluginsModule(package: folder) }
          == "several modules here have a bundle: Sources/A/P.swift, Sources/B/P.swift; say which "
          + "with --module NAME")
      let module = try PluginsModule(package: folder, named: "B")
      #expect(module.name == "B")
      #expect(
        problem { _ = try PluginsModule(package: folder, named: "C") }
          .hasSuffix("there is one in A, B"))
    }
    try inPackage(["Sources/A/P.swift": bundle + bundle]) { folder in
      #expect(
        problem { _ = try PluginsModule(package: folder, named: "A") }
          .hasPrefix("the module A has several bundles, in Sources/A/P.swift"))
    }
  }

  @Test func nothingIsWrittenOver() throws {
    try inPackage(["Sources/Acme/Cube.swift": "mine"]) { folder in
      let files = [NewFile("README.md", "new"), NewFile("Sources/Acme/Cube.swift", "new")]
      let problem = problem { try NewFiles.write(files, in: folder) }
      #expect(
        problem.hasPrefix("\(folder)/Sources/Acme/Cube.swift exists already; nothing was written"))
      #expect(!NewFiles.exists(folder + "/README.md"))
      let kept = try String(contentsOfFile: folder + "/Sources/Acme/Cube.swift", encoding: .utf8)
      #expect(kept == "mine")
      // A link that leads nowhere is something that exists, too.
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/README.md", withDestinationPath: "/nowhere/at/all")
      #expect(throws: PackageProblem.self) {
        try NewFiles.write([NewFile("README.md", "new")], in: folder)
      }
    }
  }

  private func problem(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }
}
