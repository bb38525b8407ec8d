import Foundation
import Testing

extension Outside {
  /// The package of Examples/AcmePlugins as its author and its users meet it.
  @Suite struct AcmePluginsTests {
    @Test func itsTestsPass() throws {
      let outcome = try Outside.swift("test", package: Outside.root + "/Examples/AcmePlugins")
      #expect(outcome.status == 0, "\(outcome.output.suffix(4000))")
      #expect(outcome.output.contains("passed"), "\(outcome.output.suffix(1000))")
    }

    @Test func ownProgramHasItsPlugins() throws {
      let package = Outside.root + "/Examples/OwnProgram"
      let built = try Outside.swift("build", package: package)
      try #require(built.status == 0, "\(built.output.suffix(4000))")
      let list = try Outside.swift(
        "run", ["--skip-build", "own-program", "plugins", "list"], package: package)
      #expect(list.status == 0)
      for name in ["snake", "sparsemax", "yogi", "svmlight", "relu"] {
        #expect(list.output.contains(name), "\(list.output)")
      }
    }
  }

  /// The framework's own plugins have nothing that an outside author lacks.
  @Suite struct OutsiderTests {
    /// Kinds whose plugins are copied into a package of their own.
    static let kinds = [
      "Activations", "Augmentations", "Callbacks", "Cleaners", "Layers", "Losses", "Metrics",
      "Optimizers", "Regularizers", "Schedulers", "Views",
    ]

    @Test func builtInPluginsCompileOutside() throws {
      let folder = try Outside.makeFolder("outsiders")
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let targets = Self.kinds.map { kind in
        """
            .target(
              name: "\(kind)", dependencies: [.product(name: "Espalier", package: "Espalier")],
              swiftSettings: [.enableUpcomingFeature("ExistentialAny")]),

        """
      }
      let manifest = """
        // swift-tools-version: 6.1
        import PackageDescription

        let package = Package(
          name: "Outsiders", platforms: [.macOS(.v15)],
          dependencies: [.package(name: "Espalier", path: "\(Outside.root)")],
          targets: [
        \(targets.joined())  ])

        """
      try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder + "/Package.swift"))
      for kind in Self.kinds { try copy(kind, to: folder + "/Sources/" + kind) }
      let outcome = try Outside.swift("build", package: folder)
      #expect(outcome.status == 0, "\(errors(outcome.output))")
    }

    /// The sources of a kind, which see of the framework what an outsider sees.
    private func copy(_ kind: String, to folder: String) throws {
      let from = Outside.root + "/Sources/Plugins/" + kind
      let files = try FileManager.default.subpathsOfDirectory(atPath: from)
        .filter { $0.hasSuffix(".swift") }
      try #require(!files.isEmpty)
      for file in files {
        let text = try String(contentsOfFile: from + "/" + file, encoding: .utf8)
        let target = URL(fileURLWithPath: folder + "/" + file)
        try FileManager.default.createDirectory(
          at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        let outside =
          text.replacing("import EspalierProtocols", with: "import Espalier")
          .replacing("Espalier\(kind).", with: "\(kind).")
        try Data(outside.utf8).write(to: target)
      }
    }

    private func errors(_ output: String) -> String {
      output.split(separator: "\n").filter { $0.contains("error:") }.joined(separator: "\n")
    }
  }
}
