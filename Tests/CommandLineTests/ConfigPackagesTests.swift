import Espalier
import Foundation
import Testing

@testable import EspalierCommandLine

/// A program with plugins of its own meets `plugins:` in a config.
@Suite struct ConfigPackagesTests {
  private struct Own: Activation {
    static let manifest = Manifest("own", "x")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }

  private func bundle(module: String) -> PluginBundle {
    PluginBundle("acme", file: module + "/File.swift") { Own.self }
  }

  /// A package whose manifest says that it uses Espalier; it is never built.
  private func inPackage(
    _ body: (_ folder: String, _ check: ([PluginBundle], String) throws -> Void) throws -> Void
  ) throws {
    try inTemporaryFolder { folder in
      let sources = folder + "/AcmePlugins/Sources/Acme"
      try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
      try write("", to: sources + "/Acme.swift")
      try write(
        """
        // swift-tools-version: 6.1
        import PackageDescription
        let package = Package(
          name: "AcmePlugins", products: [.library(name: "Acme", targets: ["Acme"])],
          dependencies: [.package(path: "/nowhere/Espalier")],
          targets: [
            .target(name: "Acme", dependencies: [.product(name: "Espalier", package: "Espalier")])
          ])
        """, to: folder + "/AcmePlugins/Package.swift")
      var environment = ProcessInfo.processInfo.environment
      environment["ESPALIER_CACHE"] = folder + "/cache"
      try body(folder) { bundles, reference in
        try write("plugins: ['\(reference)']\n", to: folder + "/run.yaml")
        try ConfigPackages.check(
          config: folder + "/run.yaml", catalog: try defaultCatalog(), bundles: bundles,
          environment: environment)
      }
    }
  }

  private func code(_ body: () throws -> Void) throws -> String? {
    do { try body() } catch let problems as ConfigurationProblems {
      #expect(problems.diagnostics.allSatisfy { $0.place?.line == 1 })
      return problems.diagnostics.map(\.oneLine).joined()
    }
    return nil
  }

  @Test func ownModulesCount() throws {
    try inPackage { folder, check in
      #expect(try code { try check([bundle(module: "Acme")], "./AcmePlugins") } == nil)
      #expect(try code { try check([bundle(module: "Acme")], folder + "/AcmePlugins") } == nil)
      for bundles in [[], [bundle(module: "Other")]] {
        let found = try #require(try code { try check(bundles, "./AcmePlugins") })
        #expect(found.contains("E0304") && found.contains("add the package to the program"))
      }
    }
  }

  @Test func builtProgramsKnowTheirPackages() throws {
    try inPackage { folder, check in
      let path = folder + "/AcmePlugins"
      func built(_ digest: String, at location: String = path) -> PluginBundle {
        bundle(module: "Acme").from(
          PluginOrigin(package: "AcmePlugins", location: location, digest: digest))
      }
      let old = try #require(try code { try check([built("0")], "./AcmePlugins") })
      #expect(old.contains("E0304") && old.contains("is not what this program was built with"))
      // Where the sources are missing there is nothing that could have changed.
      #expect(try code { try check([built("0", at: folder + "/Gone")], "./Gone") } == nil)
      let gone = try #require(try code { try check([built("0")], "./Gone") })
      #expect(gone.contains("E0302") && gone.contains("the folder does not exist"))
    }
  }

  @Test func formsAreChecked() throws {
    try inPackage { folder, check in
      let found = try #require(try code { try check([bundle(module: "Acme")], "https://h/a") })
      #expect(found.contains("E0301") && found.contains("names no version"))
      #expect(throws: ConfigurationProblems.self) { try Run(config: folder + "/run.yaml") }
    }
  }
}
