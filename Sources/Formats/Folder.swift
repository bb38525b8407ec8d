#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What stands in folders. Names that begin with a dot are passed over, links are followed.
package enum Folder {
  /// Folders and files by name, each sorted by bytes.
  package struct Entries: Sendable {
    package var folders: [String] = []
    package var files: [String] = []
  }

  /// What is at a path.
  package enum Kind: Sendable { case folder, file, other, nothing }

  package static func kind(_ path: String) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { return .nothing }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .file
    default: return .other
    }
  }

  /// Makes a folder, and those around it that are missing.
  ///
  /// - Throws: ``FormatError`` when the system refuses, or there is a file of that name.
  package static func make(_ path: String) throws(FormatError) {
    if kind(path) == .folder { return }
    if mkdir(path, 0o777) == 0 { return }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    if errno == ENOENT, !parent.isEmpty {
      try make(parent)
      if mkdir(path, 0o777) == 0 { return }
    }
    // Another process may have made it meanwhile.
    let problem = errno == EEXIST ? "there is a file of that name" : systemError()
    guard kind(path) == .folder else { throw FormatError(path, problem) }
  }

  /// What stands in a folder itself.
  ///
  /// - Throws: ``FormatError`` when it cannot be read.
  package static func entries(_ path: String) throws(FormatError) -> Entries {
    guard let folder = opendir(path) else {
      throw FormatError(path, "cannot be opened as a folder: \(systemError())")
    }
    defer { closedir(folder) }
    var result = Entries()
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      guard !name.hasPrefix(".") else { continue }
      var kind = Kind.other
      switch Int32(entry.pointee.d_type) {
      case Int32(DT_DIR): kind = .folder
      case Int32(DT_REG): kind = .file
      // A link, or a file system that does not say.
      case Int32(DT_LNK), Int32(DT_UNKNOWN): kind = Folder.kind(path + "/" + name)
      default: break
      }
      if kind == .folder { result.folders.append(name) }
      if kind == .file { result.files.append(name) }
    }
    result.folders.sort(by: precedes)
    result.files.sort(by: precedes)
    return result
  }

  /// The paths of all files below a folder, seen from it and sorted by bytes. A folder that links lead to
  /// again is read once.
  package static func files(below path: String) throws(FormatError) -> [String] {
    var result: [String] = []
    var waiting = [""]
    var seen: Set<[UInt64]> = []
    while let folder = waiting.popLast() {
      let full = path + "/" + folder
      var status = stat()
      guard stat(full, &status) == 0 else {
        throw FormatError(full, "cannot be opened as a folder: \(systemError())")
      }
      let identity = [UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino)]
      guard seen.insert(identity).inserted else { continue }
      let entries = try entries(full)
      result += entries.files.map { folder + $0 }
      waiting += entries.folders.reversed().map { folder + $0 + "/" }
    }
    return result.sorted(by: precedes)
  }

  /// The order of names by their bytes, the same on all systems.
  package static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}
