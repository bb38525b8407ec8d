import Testing

@testable import EspalierPackages

@Suite struct ManifestTests {
  /// As `swift package dump-package` prints it, without what is not read.
  private func dump(
    dependencies: String, products: String? = nil, targets: String? = nil
  ) -> String {
    let usual = """
      {"name": "Acme", "type": {"library": ["automatic"]}, "targets": ["Acme"]},
      {"name": "tool", "type": {"executable": null}, "targets": ["Tool"]},
      {"name": "Plain", "type": {"library": ["automatic"]}, "targets": ["Plain"]}
      """
    let usualTargets = """
      {"name": "Acme", "type": "regular", "dependencies": [{"target": ["Base", null]}]},
      {"name": "Base", "type": "regular", "path": "Code/Base", "dependencies": [
        {"product": ["Espalier", "espalier", null, null]}]},
      {"name": "Plain", "type": "regular", "dependencies": []},
      {"name": "AcmeTests", "type": "test", "path": "Checks", "dependencies": [
        {"byName": ["Acme", null]}]}
      """
    return """
      warning: something before
      {"name": "AcmePlugins", "dependencies": [\(dependencies)],
      "products": [\(products ?? usual)], "targets": [\(targets ?? usualTargets)]}
      """
  }

  private let folder = """
    {"fileSystem": [{"identity": "espalier", "path": "/src/espalier"}]}
    """
  private let common = """
    {"fileSystem": [{"identity": "common", "path": "/src/common"}]}
    """

  @Test func librariesThatUseEspalier() throws {
    let manifest = try PackageManifest(dump: dump(dependencies: "\(common), \(folder)"))
    #expect(manifest.name == "AcmePlugins")
    // Through a target of its own, and without the library that does not use it.
    #expect(manifest.libraries == [.init(product: "Acme", modules: ["Acme"])])
    #expect(manifest.allLibraries == ["Acme", "Plain"])
    #expect(manifest.espalier == .folder("/src/espalier"))
    #expect(manifest.folders == ["/src/common"])
    #expect(manifest.sources == ["Code/Base"])
  }

  @Test(arguments: [
    (
      "{\"range\": [{\"lowerBound\": \"1.2.0\", \"upperBound\": \"2.0.0\"}]}",
      "\"1.2.0\"..<\"2.0.0\""
    ),
    ("{\"exact\": [\"1.2.0\"]}", "exact: \"1.2.0\""),
    ("{\"branch\": [\"main\"]}", "branch: \"main\""),
    ("{\"revision\": [\"abc\"]}", "revision: \"abc\""),
  ]) func repositories(_ requirement: String, _ written: String) throws {
    let dependency = """
      {"sourceControl": [{"identity": "espalier", "requirement": \(requirement),
      "location": {"remote": [{"urlString": "https://host/espalier.git"}]}}]}
      """
    let manifest = try PackageManifest(dump: dump(dependencies: dependency))
    #expect(
      manifest.espalier == .repository(url: "https://host/espalier.git", requirement: written))
    let choice = EspalierDependency.repository(
      url: "https://host/espalier.git", requirement: written)
    #expect(choice.declaration == ".package(url: \"https://host/espalier.git\", \(written))")
    #expect(choice.packageName == "espalier")
  }

  @Test func theNameInTheManifestCounts() throws {
    // The folder is called otherwise, and the target names the package by the name it is given.
    let renamed = """
      {"fileSystem": [{"identity": "wt", "path": "/src/wt",
      "nameForTargetDependencyResolutionOnly": "Espalier"}]}
      """
    let targets = """
      {"name": "Acme", "type": "regular", "dependencies": [{"byName": ["Espalier", null]}]}
      """
    let manifest = try PackageManifest(dump: dump(dependencies: renamed, targets: targets))
    #expect(manifest.espalier == .folder("/src/wt"))
    #expect(manifest.libraries.map(\.product) == ["Acme"])
    #expect(manifest.folders.isEmpty)
  }

  @Test func aModuleIsTakenOnce() throws {
    let products = """
      {"name": "All", "type": {"library": ["automatic"]}, "targets": ["Acme", "Base"]},
      {"name": "Acme", "type": {"library": ["automatic"]}, "targets": ["Acme"]}
      """
    let manifest = try PackageManifest(dump: dump(dependencies: folder, products: products))
    #expect(manifest.libraries == [.init(product: "All", modules: ["Acme", "Base"])])
  }

  @Test func noManifest() {
    #expect(throws: PackageProblem.self) { try PackageManifest(dump: "error: no") }
    #expect(throws: PackageProblem.self) { try PackageManifest(dump: "{\"targets\": []}") }
  }
}
