import Foundation

/// Builds programs that have the plugins of packages, each once.
package struct ProgramBuilder: Sendable {
  package let reader: PackageReader
  private var cache: BuildCache { reader.cache }
  private let configuration: String

  package init(_ reader: PackageReader) {
    self.reader = reader
    // Tests build for debugging, which is quick; the kernels are slow then.
    let named = reader.environment["ESPALIER_BUILD_CONFIGURATION"]
    configuration = named == "debug" ? "debug" : "release"
  }

  /// What is about to be built.
  package enum Progress: Sendable {
    /// Another process builds, and this one waits for it.
    case waiting
    /// Espalier itself is compiled too when it is the first build.
    case building(isFirst: Bool)
    /// It took so many seconds.
    case built(Double)
  }

  /// A program that was built, now or before.
  package struct Program: Sendable {
    package let path: String
    /// What it was made from, as a hash.
    package let key: String
  }

  /// The program with the plugins of some packages.
  ///
  /// - Parameters:
  ///   - espalier: a folder with Espalier to be built with; where the packages take it from, unless
  ///     given.
  ///   - kept: a folder for the package that is written; in the cache unless given.
  package func program(
    with packages: [PluginPackage], espalier: String? = nil, keeping kept: String? = nil,
    progress: (Progress) -> Void = { _ in }
  ) throws(PackageProblem) -> Program {
    let dependency = try EspalierChoice(packages: packages, named: espalier).dependency()
    try checkNames(packages)
    let package = GeneratedPackage(packages: packages, espalier: dependency)
    let toolchain = try toolchainVersion()
    let source = Self.digest(dependency)
    let key = SHA256.hash(
      "program", toolchain, configuration, source, package.manifest, package.program)
    if let kept { try package.write(to: kept) }
    if let path = cache.program(key) { return Program(path: path, key: key) }

    let scratch = try buildFolderName(dependency)
    let path = try cache.locked(scratch, waiting: { progress(.waiting) }) {
      () throws(PackageProblem) -> String in
      if let path = cache.program(key) { return path }
      let isKnown = FileManager.default.fileExists(
        atPath: "\(cache.folder)/scratch/\(scratch)/\(configuration)")
      progress(.building(isFirst: !isKnown))
      let start = ContinuousClock.now
      let built = try build(package, key, scratch)
      // The same files as before the build: else the program is not what its key says.
      guard try isUnchanged(packages), source == Self.digest(dependency) else {
        throw PackageProblem(
          "files changed while they were being built", remedy: "run the same command again")
      }
      let result = try cache.keep(program: built, key)
      let time = (ContinuousClock.now - start).components
      progress(.built(Double(time.seconds) + Double(time.attoseconds) / 1e18))
      return result
    }
    return Program(path: path, key: key)
  }

  /// SwiftPM's build folder for all programs with this Espalier, so that it is compiled once.
  package func buildFolder(_ espalier: EspalierDependency) throws(PackageProblem) -> String {
    try cache.path("scratch", buildFolderName(espalier))
  }

  private func buildFolderName(_ espalier: EspalierDependency) throws(PackageProblem) -> String {
    let place =
      switch espalier {
      case .folder(let path): path
      case .repository(let url, _): url
      }
    return SHA256.hash("scratch", try toolchainVersion(), configuration, place)
  }

  /// Forgets a program that proved to be broken.
  package func forget(_ program: Program) { cache.remove(program: program.key) }

  // MARK: Keys

  /// Kept by the toolchain's file, so that a program that is there already needs no compiler.
  private func toolchainVersion() throws(PackageProblem) -> String {
    let key = SHA256.hash("toolchain", reader.toolchain.fingerprint)
    if let known: String = cache.record("manifests", key) { return known }
    let version = try reader.toolchain.version()
    try cache.keep(version, "manifests", key)
    return version
  }

  private static func digest(_ dependency: EspalierDependency) -> String {
    guard case .folder(let path) = dependency else { return dependency.declaration }
    var digest = ContentDigest()
    digest.add(path + "/Package.swift", as: "Package.swift")
    digest.add(path + "/Sources", as: "Sources")
    return digest.finish()
  }

  private func isUnchanged(_ packages: [PluginPackage]) throws(PackageProblem) -> Bool {
    for package in packages {
      guard case .folder(let folder) = package.reference.place else { continue }
      if try reader.digest(folder: folder) != package.digest { return false }
    }
    return true
  }

  /// SwiftPM knows packages by their folders' names, and modules of one program by theirs.
  private func checkNames(_ packages: [PluginPackage]) throws(PackageProblem) {
    var folders: [String: PluginPackage] = [:]
    var modules: [String: PluginPackage] = [:]
    for package in packages {
      let identity = package.reference.identity.lowercased()
      if let other = folders[identity] {
        throw PackageProblem(
          other.reference.place == package.reference.place
            ? "\(package.reference.location) is named twice"
            : "two packages are called `\(identity)`, and the toolchain tells packages by that name: "
              + "\(other.reference.location) and \(package.reference.location)",
          remedy: other.reference.place == package.reference.place
            ? "leave one out" : "rename one folder", reference: package.reference.text)
      }
      folders[identity] = package
      for module in package.modules {
        if let other = modules[module] {
          throw PackageProblem(
            "the module \(module) is in two packages: \(other.name) and \(package.name)",
            remedy: "rename one of them", reference: package.reference.text)
        }
        modules[module] = package
      }
    }
  }

  // MARK: Building

  private func build(
    _ package: GeneratedPackage, _ key: String, _ scratch: String
  ) throws(PackageProblem) -> String {
    let folder = try cache.path("packages", key)
    try package.write(to: folder)
    let scratchPath = try cache.path("scratch", scratch)
    let arguments = [
      "--package-path", folder, "--scratch-path", scratchPath, "-c", configuration,
      "--product", package.name,
      // Else SwiftPM takes what it planned for the last package in this folder for this one's.
      "--disable-build-manifest-caching",
    ]
    let outcome = try reader.toolchain.run(["build"] + arguments, in: folder)
    guard outcome.status == 0 else {
      let log = folder + "/build.log"
      try? Data(outcome.output.utf8).write(to: URL(fileURLWithPath: log))
      throw BuildFailure(package: package, log: log, output: outcome.output).problem
    }
    let usual = "\(scratchPath)/\(configuration)/\(package.name)"
    if FileManager.default.isExecutableFile(atPath: usual) { return usual }
    // Other build systems of the toolchain have other folders.
    let place = try reader.toolchain.run(["build", "--show-bin-path"] + arguments, in: folder)
    let line = place.output.split(separator: "\n").last.map(String.init) ?? ""
    guard place.status == 0, FileManager.default.isExecutableFile(atPath: line + "/" + package.name)
    else {
      throw PackageProblem("the toolchain built \(package.name), but it is not at \(usual)")
    }
    return line + "/" + package.name
  }
}

/// Where a program's Espalier comes from: there can be only one.
struct EspalierChoice {
  let packages: [PluginPackage]
  /// A folder that the user named.
  let named: String?

  func dependency() throws(PackageProblem) -> EspalierDependency {
    if let named {
      let folder = try EspalierDependency.checkout(named, as: "--espalier")
      let identity = (folder as NSString).lastPathComponent.lowercased()
      // In a package's own manifest SwiftPM puts the folder in the place of what has the same name.
      for package in packages where Self.identity(package.espalier) != identity {
        throw PackageProblem(
          "\(package.name) takes Espalier from \(Self.place(package.espalier)), "
            + "and a folder called `\(identity)` cannot stand in for that",
          remedy: "name a folder called `\(Self.identity(package.espalier))`",
          reference: package.reference.text)
      }
      return .folder(folder)
    }
    guard let first = packages.first else {
      throw PackageProblem("there is no package to build with")
    }
    for other in packages.dropFirst() where Self.key(other.espalier) != Self.key(first.espalier) {
      throw PackageProblem(
        "two packages take Espalier from different places: \(first.name) from "
          + "\(Self.place(first.espalier)), \(other.name) from \(Self.place(other.espalier))",
        remedy: "let both name the same, or say which with --espalier DIR",
        reference: other.reference.text)
    }
    switch first.espalier {
    case .repository(let url, let requirement):
      return .repository(url: url, requirement: requirement)
    case .folder(let path):
      do throws(PackageProblem) {
        return .folder(try EspalierDependency.checkout(path, as: first.name))
      } catch {
        throw PackageProblem(
          "\(first.name) takes Espalier from \(path), where it is not",
          remedy: "correct the path in its Package.swift", reference: first.reference.text)
      }
    }
  }

  private static func place(_ origin: PackageManifest.Origin) -> String {
    switch origin {
    case .folder(let path): path
    case .repository(let url, _): url
    }
  }

  private static func key(_ origin: PackageManifest.Origin) -> String {
    PackageReader.normalized(place(origin))
  }

  private static func identity(_ origin: PackageManifest.Origin) -> String {
    PackageReference.lastName(of: place(origin)).lowercased()
  }
}
