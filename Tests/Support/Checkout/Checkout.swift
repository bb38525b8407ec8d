import Foundation

/// This package as it lies on the disk.
package enum Checkout {
  /// Its folder.
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The program `espalier` as the build made it, beside the tests; `nil` where there is none.
  package static let program: String? = {
    let own = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    // On macOS the tests are a bundle, three folders further down.
    var folder = own.deletingLastPathComponent()
    for _ in 0..<4 {
      let path = folder.appendingPathComponent("espalier").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
        return path
      }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }()
}
