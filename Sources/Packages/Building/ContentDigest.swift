import Foundation

/// Hashes files by their names and contents.
struct ContentDigest {
  private var hash = SHA256()

  mutating func add(text: String) { hash.update(part: text) }

  /// Takes in a file, or a folder with all that is in it but hidden files, build folders and tests.
  ///
  /// - Parameter name: what it is called within the hash, so that a package can be moved.
  mutating func add(_ path: String, as name: String) {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue else {
      add(file: path, as: name)
      return
    }
    let names = ((try? files.contentsOfDirectory(atPath: path)) ?? []).sorted()
    for inner in names where !inner.hasPrefix(".") && !(name.isEmpty && inner == "Tests") {
      let innerPath = path + "/" + inner
      let innerName = name.isEmpty ? inner : name + "/" + inner
      // A link to a folder could lead in a circle: where it leads is hashed, not what is there.
      if let target = try? files.destinationOfSymbolicLink(atPath: innerPath) {
        hash.update(part: "link " + innerName)
        hash.update(part: target)
        var leadsToFolder: ObjCBool = false
        if files.fileExists(atPath: innerPath, isDirectory: &leadsToFolder), leadsToFolder.boolValue
        {
          continue
        }
      }
      add(innerPath, as: innerName)
    }
  }

  private mutating func add(file path: String, as name: String) {
    guard let file = FileHandle(forReadingAtPath: path) else { return }
    defer { try? file.close() }
    hash.update(part: "file " + name)
    var count = 0
    while let part = try? file.read(upToCount: 1 << 20), !part.isEmpty {
      hash.update(part)
      count += part.count
    }
    hash.update(part: "\(count)")
  }

  func finish() -> String { hash.finish() }
}
