import Foundation

/// A package whose one program is Espalier with the plugins of some packages.
struct GeneratedPackage {
  let packages: [PluginPackage]
  let espalier: EspalierDependency

  /// The package's name, its target's and its program's.
  var name: String {
    guard packages.count == 1 else { return "EspalierWithPlugins" }
    let letters = packages[0].name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return "EspalierWith" + (letters.isEmpty ? "Plugins" : letters)
  }

  private static let writer = "Written by `espalier build`."

  var manifest: String {
    func literal(_ text: String) -> String { EspalierDependency.literal(text) }
    var dependencies = [espalier.declaration]
    var products = [".product(name: \"Espalier\", package: \(literal(espalier.packageName)))"]
    for package in packages {
      if let version = package.version {
        dependencies.append("// \(version) of \(package.reference.location)")
      }
      dependencies.append(".package(path: \(literal(package.folder)))")
      let name = literal((package.folder as NSString).lastPathComponent)
      for library in package.libraries {
        products.append(".product(name: \(literal(library.product)), package: \(name))")
      }
    }
    func lines(_ items: [String], _ margin: Int) -> String {
      items.map { item in
        String(repeating: " ", count: margin) + item + (item.hasPrefix("//") ? "" : ",")
      }.joined(separator: "\n")
    }
    return """
      // swift-tools-version: 6.1
      // \(Self.writer)
      import PackageDescription

      let package = Package(
        name: \(literal(name)),
        platforms: [.macOS(.v15)],
        dependencies: [
      \(lines(dependencies, 4))
        ],
        targets: [
          .executableTarget(
            name: \(literal(name)),
            dependencies: [
      \(lines(products, 8))
            ])
        ],
        swiftLanguageModes: [.v6]
      )

      """
  }

  var program: String {
    func literal(_ text: String) -> String { EspalierDependency.literal(text) }
    let imports = Set(packages.flatMap(\.modules) + ["Espalier"]).sorted()
    let bundles = packages.flatMap { package in
      package.modules.map { module in
        var parts = ["package: \(literal(package.name))"]
        if let version = package.version { parts.append("version: \(literal(version))") }
        parts.append("location: \(literal(package.reference.location))")
        parts.append("digest: \(literal(package.digest))")
        return """
            \(module).plugins.from(
              PluginOrigin(
                \(parts.joined(separator: ",\n      "))))
          """
      }
    }
    return """
      // \(Self.writer)
      \(imports.map { "import " + $0 }.joined(separator: "\n"))

      await Espalier.main(adding: [
      \(bundles.joined(separator: ",\n")),
      ])

      """
  }

  /// Writes the package into a folder.
  func write(to folder: String) throws(PackageProblem) {
    let sources = "\(folder)/Sources/\(name)"
    do {
      try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
      try Self.write(manifest, to: folder + "/Package.swift")
      try Self.write(program, to: sources + "/main.swift")
    } catch {
      throw PackageProblem("\(folder) cannot be written: \(error.localizedDescription)")
    }
  }

  private static func write(_ text: String, to path: String) throws {
    // A file that says the same already keeps its time, and is not compiled again.
    if let old = FileManager.default.contents(atPath: path), old == Data(text.utf8) { return }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
