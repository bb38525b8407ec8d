import EspalierProtocols
import Foundation

/// The repository's folder.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

extension Dataset {
  /// Features and targets of some samples, all unless given.
  func samples(_ rows: [Int]? = nil) throws -> (features: [Float], targets: [Float]) {
    let rows = rows ?? Array(0..<count)
    var features = [Float](repeating: .nan, count: rows.count * description.sampleShape.count)
    var targets = [Float](repeating: .nan, count: rows.count * description.target.width)
    try rows.withUnsafeBufferPointer { rows in
      try features.withUnsafeMutableBufferPointer { features in
        try targets.withUnsafeMutableBufferPointer { targets in
          try read(rows, features: features.baseAddress!, targets: targets.baseAddress)
        }
      }
    }
    return (features, targets)
  }
}

/// A file with a text for the time of the body.
func withFile<T>(
  _ text: String, named name: String = "table.csv", _ body: (SourceContext) throws -> T
) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  return try body(SourceContext(folder: folder.path))
}

func complaint(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return ""
}
