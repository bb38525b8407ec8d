import EspalierFormats
import Foundation

/// A file of Tests/Fixtures/formats.
func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/formats/" + name).path
}

/// A folder that is removed after the body.
func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// A file with these bytes for the time of the body.
func withFile<T>(_ bytes: some Sequence<UInt8>, _ body: (String) throws -> T) throws -> T {
  try withFolder { folder in
    let path = folder + "/file"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try body(path)
  }
}

func contents(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The message of the error that the body throws; `nil` when it throws none.
func complaint(_ body: () throws -> Void) -> String? {
  do { try body() } catch { return "\(error)" }
  return nil
}

/// Reads every truncation of a file, and copies with single bytes changed: errors are fine, crashes are
/// not. `read` reads as much of the file as it can.
func damage(_ path: String, _ read: (String) throws -> Void) throws {
  let bytes = try contents(path)
  try withFolder { folder in
    let copy = folder + "/copy"
    func check(_ bytes: [UInt8]) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: copy))
      _ = complaint { try read(copy) }
    }
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 150)) {
      try check(Array(bytes[..<length]))
    }
    for place in 0..<min(bytes.count, 300) {
      for value in [0x00, 0xFF, bytes[place] ^ 0x10, UInt8(ascii: "9")] as [UInt8] {
        var changed = bytes
        changed[place] = value
        try check(changed)
      }
    }
  }
}
