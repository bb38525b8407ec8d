import Foundation
import Testing

@testable import EspalierPackages

@Suite struct GeneratedPackageTests {
  static func package(
    _ name: String, module: String, reference text: String = "/src/Acme", folder: String? = nil,
    version: String? = nil, espalier: PackageManifest.Origin = .folder("/src/espalier")
  ) throws -> PluginPackage {
    let reference = try PackageReference(text, relativeTo: "/", home: nil)
    return PluginPackage(
      reference: reference, name: name, folder: folder ?? reference.location, version: version,
      libraries: [.init(product: module, modules: [module])], espalier: espalier,
      digest: "0123")
  }

  @Test func texts() throws {
    let package = GeneratedPackage(
      packages: [
        try Self.package("Acme-Plugins", module: "Acme"),
        try Self.package(
          "Other", module: "Other", reference: "https://host/other.git@1.2.0",
          folder: "/cache/other", version: "1.2.0"),
      ],
      espalier: .folder("/src/espalier"))
    #expect(
      package.manifest == """
        // swift-tools-version: 6.1
        // Written by `espalier build`.
        import PackageDescription

        let package = Package(
          name: "EspalierWithPlugins",
          platforms: [.macOS(.v15)],
          dependencies: [
            .package(name: "Espalier", path: "/src/espalier"),
            .package(path: "/src/Acme"),
            // 1.2.0 of https://host/other.git
            .package(path: "/cache/other"),
          ],
          targets: [
            .executableTarget(
              name: "EspalierWithPlugins",
              dependencies: [
                .product(name: "Espalier", package: "Espalier"),
                .product(name: "Acme", package: "Acme"),
                .product(name: "Other", package: "other"),
              ])
          ],
          swiftLanguageModes: [.v6]
        )

        """)
    #expect(
      package.program == """
        // Written by `espalier build`.
        import Acme
        import Espalier
        import Other

        await Espalier.main(adding: [
          Acme.plugins.from(
            PluginOrigin(
              package: "Acme-Plugins",
              location: "/src/Acme",
              digest: "0123")),
          Other.plugins.from(
            PluginOrigin(
              package: "Other",
              version: "1.2.0",
              location: "https://host/other.git",
              digest: "0123")),
        ])

        """)
  }

  @Test func names() throws {
    func name(_ package: String) throws -> String {
      GeneratedPackage(
        packages: [try Self.package(package, module: "A")], espalier: .folder("/e")
      ).name
    }
    #expect(try name("Acme-Plugins") == "EspalierWithAcmePlugins")
    #expect(try name("ünï") == "EspalierWithn")
    #expect(try name("日本") == "EspalierWithPlugins")
  }

  @Test func pathsAreQuoted() throws {
    let package = GeneratedPackage(
      packages: [try Self.package("A", module: "A", reference: "/a \"b\"\\(c)")],
      espalier: .folder("/e"))
    #expect(package.manifest.contains(#".package(path: "/a \"b\"\\(c)"),"#))
  }

  // MARK: Where Espalier comes from

  @Test func oneEspalier() throws {
    let first = try Self.package("One", module: "One", espalier: .folder("/src/espalier"))
    let second = try Self.package("Two", module: "Two", espalier: .folder("/other/espalier"))
    let problem = try #require(throws: PackageProblem.self) {
      try EspalierChoice(packages: [first, second], named: nil).dependency()
    }
    #expect(problem.message.contains("from different places"))
    #expect(
      problem.message.contains("/src/espalier") && problem.message.contains("/other/espalier"))
    #expect(problem.remedy?.contains("--espalier") == true)
  }

  @Test func oneAddressInTwoForms() throws {
    let packages = try ["https://h/espalier", "https://h/espalier.git"].map { url in
      try Self.package(
        "P", module: "P", espalier: .repository(url: url, requirement: "from: \"1.0.0\""))
    }
    #expect(
      try EspalierChoice(packages: packages, named: nil).dependency()
        == .repository(url: "https://h/espalier", requirement: "from: \"1.0.0\""))
  }

  @Test func missingEspalier() throws {
    let package = try Self.package("One", module: "One", espalier: .folder("/nowhere/espalier"))
    let problem = try #require(throws: PackageProblem.self) {
      try EspalierChoice(packages: [package], named: nil).dependency()
    }
    #expect(problem.description.contains("One takes Espalier from /nowhere/espalier"))
    let other = try #require(throws: PackageProblem.self) {
      try EspalierChoice(packages: [package], named: "/nowhere").dependency()
    }
    #expect(other.message.contains("is no checkout of Espalier"))
  }

  @Test func aFolderOfAnotherNameCannotStandIn() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let name = (root as NSString).lastPathComponent
    func choice(_ place: String) throws -> EspalierDependency {
      let package = try Self.package(
        "One", module: "One",
        espalier: .repository(url: place, requirement: "branch: \"main\""))
      return try EspalierChoice(packages: [package], named: root).dependency()
    }
    #expect(try choice("https://h/\(name).git") == .folder(root))
    let problem = try #require(throws: PackageProblem.self) { try choice("https://h/other.git") }
    #expect(problem.remedy == "name a folder called `other`")
  }
}
