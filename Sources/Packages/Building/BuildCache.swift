import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder that keeps what was fetched and built, and may be removed at any time.
///
/// ```
/// checkouts/HASH/NAME   packages that were fetched, each at one commit
/// manifests/HASH.json   what was read from a Package.swift
/// scratch/HASH          SwiftPM's build folder: Espalier is compiled once for all programs
/// packages/KEY          packages that were written
/// programs/KEY          executables
/// outputs/HASH.json     where executables were put
/// ```
package struct BuildCache: Sendable {
  package let folder: String

  /// `ESPALIER_CACHE`, else the system's folder for such things.
  ///
  /// - Throws: ``PackageProblem`` when there is no such folder.
  package init(environment: [String: String]) throws(PackageProblem) {
    func named(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let path = named("ESPALIER_CACHE") {
      folder = URL(fileURLWithPath: path).standardizedFileURL.path
    } else if let path = named("XDG_CACHE_HOME") {
      folder = path + "/espalier"
    } else if let home = named("HOME") {
      #if os(macOS)
        folder = home + "/Library/Caches/espalier"
      #else
        folder = home + "/.cache/espalier"
      #endif
    } else {
      throw PackageProblem(
        "there is no folder for what is built: HOME is not set",
        remedy: "name one in ESPALIER_CACHE")
    }
  }

  /// A path in the cache whose folder exists.
  func path(_ part: String, _ name: String) throws(PackageProblem) -> String {
    try make("\(folder)/\(part)")
    return "\(folder)/\(part)/\(name)"
  }

  func make(_ path: String) throws(PackageProblem) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw PackageProblem(
        "\(path) cannot be made: \(error.localizedDescription)",
        remedy: "name another folder for what is built in ESPALIER_CACHE")
    }
  }

  // MARK: Records

  /// A value that was kept; `nil` where there is none, or it cannot be read.
  func record<Value: Decodable>(_ part: String, _ name: String) -> Value? {
    FileManager.default.contents(atPath: "\(folder)/\(part)/\(name).json").flatMap {
      try? JSONDecoder().decode(Value.self, from: $0)
    }
  }

  func keep(_ value: some Encodable, _ part: String, _ name: String) throws(PackageProblem) {
    let path = try path(part, name + ".json")
    do {
      try JSONEncoder().encode(value).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw PackageProblem("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  // MARK: One at a time

  /// Does something while no other process does anything under the same name.
  func locked<Result>(
    _ name: String, waiting: () -> Void, _ body: () throws(PackageProblem) -> Result
  ) throws(PackageProblem) -> Result {
    let path = try path("scratch", name + ".lock")
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw PackageProblem("\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      waiting()
      while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
    }
    return try body()
  }

  // MARK: Programs

  /// The executable of a key, if a whole one is there.
  func program(_ key: String) -> String? {
    let path = "\(folder)/programs/\(key)"
    guard let size: Int = record("programs", key), size == Self.size(path),
      FileManager.default.isExecutableFile(atPath: path)
    else { return nil }
    // Told apart from those that nobody uses any more.
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    return path
  }

  /// Keeps an executable under a key.
  func keep(program: String, _ key: String) throws(PackageProblem) -> String {
    let path = try path("programs", key)
    try Self.copy(program, to: path)
    try keep(Self.size(path), "programs", key)
    removeOldPrograms()
    return path
  }

  /// Programs are large, and every change of a plugin makes another.
  static let mostPrograms = 8

  private func removeOldPrograms() {
    let files = FileManager.default
    let names = ((try? files.contentsOfDirectory(atPath: folder + "/programs")) ?? [])
      .filter { !$0.contains(".") }
    let dated = names.map { name in
      let attributes = try? files.attributesOfItem(atPath: "\(folder)/programs/\(name)")
      return (name: name, date: (attributes?[.modificationDate] as? Date) ?? .distantPast)
    }
    for old in dated.sorted(by: { $0.date > $1.date }).dropFirst(Self.mostPrograms) {
      remove(program: old.name)
    }
  }

  /// Forgets the executable of a key.
  package func remove(program key: String) {
    for path in ["programs/\(key).json", "programs/\(key)", "packages/\(key)"] {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(path)")
    }
  }

  static func size(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? -1
  }

  /// Copies an executable so that it is whole under its name, or not there.
  static func copy(_ source: String, to target: String) throws(PackageProblem) {
    let temporary = "\(target).\(ProcessInfo.processInfo.processIdentifier).tmp"
    let files = FileManager.default
    try? files.removeItem(atPath: temporary)
    do { try files.copyItem(atPath: source, toPath: temporary) } catch {
      try? files.removeItem(atPath: temporary)
      throw PackageProblem("\(target) cannot be written: \(error.localizedDescription)")
    }
    guard rename(temporary, target) == 0 else {
      let reason = String(cString: strerror(errno))
      try? files.removeItem(atPath: temporary)
      throw PackageProblem("\(target) cannot be written: \(reason)")
    }
  }
}
