import Foundation

/// A package of plugins, ready to be built with.
package struct PluginPackage: Sendable {
  package let reference: PackageReference
  /// As its manifest calls it.
  package let name: String
  /// Where its files are.
  let folder: String
  /// `nil` for a folder.
  package let version: String?
  let libraries: [PackageManifest.Library]
  /// Where it takes Espalier from.
  let espalier: PackageManifest.Origin
  /// Tells it from every other, and from itself after a change.
  let digest: String

  package var modules: [String] { libraries.flatMap(\.modules) }
  /// `AcmePlugins 1.2.0`
  package var title: String { name + (version.map { " " + $0 } ?? "") }
}

/// Finds packages, and reads what is to be known of them.
package struct PackageReader: Sendable {
  let toolchain: Toolchain
  let cache: BuildCache
  let environment: [String: String]

  package init(environment: [String: String]) throws(PackageProblem) {
    self.environment = environment
    toolchain = try Toolchain(environment: environment)
    cache = try BuildCache(environment: environment)
  }

  // MARK: Packages

  /// Reads a package; one at an address is fetched, unless it was before.
  package func package(
    _ reference: PackageReference
  ) throws(PackageProblem) -> PluginPackage {
    do throws(PackageProblem) {
      switch reference.place {
      case .folder(let folder):
        return try package(reference, folder, version: nil, digest: try digest(folder: folder))
      case .repository(let address):
        let (folder, version, commit) = try checkOut(reference, address)
        return try package(
          reference, folder, version: version, digest: Self.digest(address, commit))
      }
    } catch {
      throw error.about(reference.text)
    }
  }

  /// What tells a package from every other, without fetching it.
  ///
  /// For a folder it is made from its files, for an address with a version from these.
  package func digest(_ reference: PackageReference) throws(PackageProblem) -> String {
    do throws(PackageProblem) {
      switch (reference.place, reference.version) {
      case (.folder(let folder), _): return try digest(folder: folder)
      case (.repository(let address), .exact(let version)):
        return Self.digest(address, "\(version)")
      case (.repository(let address), .revision(let revision)):
        return Self.digest(address, revision)
      case (.repository, _): return try package(reference).digest
      }
    } catch {
      throw error.about(reference.text)
    }
  }

  private static func digest(_ address: String, _ commit: String) -> String {
    SHA256.hash("repository", normalized(address), commit)
  }

  /// The same for all ways to write one address.
  static func normalized(_ address: String) -> String {
    var text = address
    while text.hasSuffix("/") { text.removeLast() }
    return text.hasSuffix(".git") ? String(text.dropLast(4)) : text
  }

  private func package(
    _ reference: PackageReference, _ folder: String, version: String?, digest: String
  ) throws(PackageProblem) -> PluginPackage {
    let manifest = try manifest(folder)
    guard let espalier = manifest.espalier else {
      throw PackageProblem(
        "the package \(manifest.name) does not depend on Espalier",
        remedy: "add Espalier to the `dependencies` of its Package.swift")
    }
    guard !manifest.libraries.isEmpty else {
      throw PackageProblem(
        manifest.allLibraries.isEmpty
          ? "the package \(manifest.name) has no library"
          : "no library of the package \(manifest.name) depends on Espalier: "
            + manifest.allLibraries.joined(separator: ", "),
        remedy: "add `.library(name: \"…\", targets: [\"…\"])` with a target that depends on the "
          + "product Espalier to the `products` of its Package.swift")
    }
    return PluginPackage(
      reference: reference, name: manifest.name, folder: folder, version: version,
      libraries: manifest.libraries, espalier: espalier, digest: digest)
  }

  // MARK: Addresses

  private func checkOut(
    _ reference: PackageReference, _ address: String
  ) throws(PackageProblem) -> (folder: String, version: String, commit: String) {
    let repository = try GitRepository(address, environment: environment)
    func place(_ commit: String) throws(PackageProblem) -> String {
      let parent = try cache.path("checkouts", Self.digest(address, commit))
      try cache.make(parent)
      return parent + "/" + reference.identity
    }
    func fetched(
      _ commit: String, _ version: String, _ revision: () throws(PackageProblem) -> String
    ) throws(PackageProblem) -> (folder: String, version: String, commit: String) {
      let folder = try place(commit)
      if !FileManager.default.fileExists(atPath: folder) {
        try repository.checkOut(try revision(), to: folder)
      }
      return (folder, version, commit)
    }
    switch reference.version {
    case .exact(let version):
      return try fetched("\(version)", "\(version)") { () throws(PackageProblem) in
        try repository.commit(of: version).revision
      }
    case .revision(let revision):
      return try fetched(revision, String(revision.prefix(7))) { revision }
    case .named(let name):
      let commit = try repository.commit(named: name)
      return try fetched(commit.revision, commit.name) { commit.revision }
    case nil:
      let (commit, version) = try repository.newest()
      let known = if case .exact = version { commit.name } else { commit.revision }
      return try fetched(known, commit.name) { commit.revision }
    }
  }

  // MARK: Folders

  /// The manifest of the package in a folder; the toolchain is asked once for each that changed.
  func manifest(_ folder: String) throws(PackageProblem) -> PackageManifest {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw PackageProblem("there is no package at \(folder): the folder does not exist")
    }
    guard isFolder.boolValue else {
      throw PackageProblem(
        "\(folder) is a file, not the folder of a package", remedy: "name the folder it is in")
    }
    guard FileManager.default.fileExists(atPath: folder + "/Package.swift") else {
      throw PackageProblem(
        "\(folder) is no package: it has no Package.swift",
        remedy: "name the folder that holds Package.swift")
    }
    var digest = ContentDigest()
    digest.add(text: folder)
    digest.add(text: toolchain.fingerprint)
    for name in Self.manifestNames(folder) { digest.add(folder + "/" + name, as: name) }
    let key = digest.finish()
    if let known: PackageManifest = cache.record("manifests", key) { return known }
    let outcome = try toolchain.run(["package", "--package-path", folder, "dump-package"], in: "/")
    guard outcome.status == 0 else {
      let said = outcome.output.split(separator: "\n")
        .first { $0.contains("error:") }.map(String.init)
      var problem = PackageProblem(
        "the Package.swift of \(folder) cannot be read"
          + (outcome.output.contains("using Swift tools version")
            ? ": it is for a later toolchain" : ""),
        remedy: "see what `swift package describe` says there")
      problem.compilerText = CompilerOutput(outcome.output).errors() ?? said ?? outcome.output
      throw problem
    }
    let manifest = try PackageManifest(dump: outcome.output)
    try cache.keep(manifest, "manifests", key)
    return manifest
  }

  private static func manifestNames(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
      $0 == "Package.swift" || ($0.hasPrefix("Package@") && $0.hasSuffix(".swift"))
    }.sorted()
  }

  /// The hash of all that the build of a package reads, packages in other folders among it.
  func digest(folder: String) throws(PackageProblem) -> String {
    var digest = ContentDigest()
    var known = Set<String>()
    var waiting = [folder]
    while let next = waiting.popLast() {
      guard known.insert(next).inserted else { continue }
      let manifest = try manifest(next)
      digest.add(text: manifest.name)
      for name in Self.manifestNames(next) + ["Sources", "Source", "src", "srcs", "Plugins"] {
        digest.add(next + "/" + name, as: name)
      }
      for path in manifest.sources.sorted() {
        let isRoot = path == "." || path == "./" || path.isEmpty
        digest.add(isRoot ? next : next + "/" + path, as: isRoot ? "" : path)
      }
      waiting += manifest.folders
    }
    return digest.finish()
  }
}
