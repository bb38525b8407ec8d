import Espalier
import EspalierPackages
import Foundation
import Testing

extension Outside {
  /// What the documentation shows is compiled, by users' means alone.
  @Suite struct ArticleTests {
    private static let folder = Outside.root + "/Sources/Espalier/Espalier.docc"

    private static let paths: [String] = {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { $0.hasSuffix(".md") }.sorted().map { folder + "/" + $0 }
        + [Outside.root + "/README.md"]
    }()

    @Test func everySnippetCompiles() throws {
      let package = try Outside.makeFolder("articles")
      defer { try? FileManager.default.removeItem(atPath: package) }
      var targets: [String] = []
      for path in Self.paths {
        let article = try Article(path: path)
        guard let source = article.source(path: path) else { continue }
        let folder = package + "/Sources/" + article.name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try source.write(toFile: folder + "/Snippets.swift", atomically: true, encoding: .utf8)
        targets.append(article.name)
      }
      #expect(targets.count >= 8)
      let list = targets.map { name in
        """
            .target(
              name: "\(name)",
              dependencies: [
                .product(name: "Espalier", package: "Espalier"),
                .product(name: "EspalierConformance", package: "Espalier"),
              ]),
        """
      }.joined(separator: "\n")
      let manifest = """
        // swift-tools-version: 6.1
        import PackageDescription

        let package = Package(
          name: "Articles",
          platforms: [.macOS(.v15)],
          dependencies: [.package(name: "Espalier", path: \(EspalierDependency.literal(Outside.root)))],
          targets: [
        \(list)
          ]
        )
        """
      try manifest.write(toFile: package + "/Package.swift", atomically: true, encoding: .utf8)
      let outcome = try Outside.swift("build", package: package)
      let errors = outcome.output.split(separator: "\n").filter { $0.contains("error:") }
      #expect(outcome.status == 0, "\(errors.joined(separator: "\n"))")
    }

    @Test func everyManifestIsOne() throws {
      var count = 0
      for path in Self.paths {
        for block in try Article(path: path).blocks where block.mark == "manifest" {
          count += 1
          let package = try Outside.makeFolder("manifest")
          defer { try? FileManager.default.removeItem(atPath: package) }
          try block.text.write(
            toFile: package + "/Package.swift", atomically: true, encoding: .utf8)
          let outcome = try Outside.toolchain.get().run(["package", "dump-package"], in: package)
          #expect(outcome.status == 0, "\(path):\(block.line): \(outcome.output)")
        }
      }
      #expect(count >= 1)
    }

    /// Whole configs decode; of fragments at least the form is right.
    @Test func everyConfigIsOne() throws {
      var count = 0
      for path in Self.paths {
        for block in try Article(path: path).blocks where block.language == "yaml" {
          guard block.mark == "config" else { continue }
          count += 1
          let loader = ConfigurationLoader(
            catalog: try defaultCatalog(), files: ["config.yaml": Array(block.text.utf8)])
          #expect(throws: Never.self, "\(path):\(block.line)") { try loader.load("config.yaml") }
        }
      }
      #expect(count >= 2)
    }

    @Test func theyBuildWithDocC() throws {
      let swift = URL(fileURLWithPath: try Outside.toolchain.get().executable)
      let docc = swift.resolvingSymlinksInPath().deletingLastPathComponent().path + "/docc"
      // Not every toolchain brings it.
      guard FileManager.default.isExecutableFile(atPath: docc) else { return }
      let output = try Outside.makeFolder("docc")
      defer { try? FileManager.default.removeItem(atPath: output) }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: docc)
      process.arguments = [
        "convert", Self.folder, "--output-dir", output + "/site", "--warnings-as-errors",
        "--fallback-display-name", "Espalier", "--fallback-bundle-identifier", "espalier",
      ]
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(text)")
    }
  }
}
