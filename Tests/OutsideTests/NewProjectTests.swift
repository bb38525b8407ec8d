import EspalierPackages
import Foundation
import Testing

extension Outside {
  @Suite struct NewProjectTests {
    /// A new project with a plugin of every kind that can be written: its tests pass, its program
    /// trains, and the run in code of its main.swift is right.
    @Test func worksWithAPluginOfEveryKind() throws {
      let folder = try Outside.makeFolder("new")
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try NewPackage.project("acme", espalier: .folder(Outside.root)).write(in: folder)
      let package = folder + "/acme"
      for template in PluginTemplate.all {
        let module = try PluginsModule(package: package)
        _ = try module.add(template, as: PluginName("acme-\(template.kind.name)"))
      }
      try writeRunInCode(package)

      let tests = try Outside.swift("test", package: package)
      #expect(tests.status == 0, "\(tests.output.suffix(4000))")
      // The example's, one a kind, and the run in code.
      #expect(tests.output.contains("in 20 suites passed"), "\(tests.output.suffix(1000))")

      let program = try Outside.program("acme")
      let run = try program.run(["train", "acme.yaml", "--epochs", "2"], in: package)
      #expect(run.status == 0, "\(run.output)")
      let list = try program.run(["plugins", "list"], in: package)
      for template in PluginTemplate.all {
        #expect(list.output.contains("\n  acme_\(template.kind.name) "), "\(list.output)")
      }
    }

    /// The run in code that main.swift shows in a comment, as a test of the project.
    private func writeRunInCode(_ package: String) throws {
      let program = try String(
        contentsOfFile: package + "/Sources/acme/main.swift", encoding: .utf8)
      let lines = program.split(separator: "\n").filter { $0.hasPrefix("//   ") }
      #expect(lines.count == 3)
      let test = """
        import AcmePlugins
        import Espalier
        import Testing

        @Suite struct RunInCode {
          @Test func trains() throws {
        \(lines.map { "    " + $0.dropFirst(5) }.joined(separator: "\n"))
            #expect(result.summary.results["test"]?["accuracy"] ?? 0 > 0.8)
          }
        }
        """
      try test.write(
        toFile: package + "/Tests/AcmePluginsTests/RunInCode.swift", atomically: true,
        encoding: .utf8)
    }
  }
}
