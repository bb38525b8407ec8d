import Foundation

/// A file to be written.
package struct NewFile: Sendable, Hashable {
  /// Where, as seen from the package.
  package let path: String
  package let text: String

  init(_ path: String, _ text: String) {
    self.path = path
    self.text = text
  }
}

/// Writes files that are not there yet.
package enum NewFiles {
  /// - Throws: ``PackageProblem`` when one of them exists, before any is written, or cannot be written.
  package static func write(_ files: [NewFile], in folder: String) throws(PackageProblem) {
    let taken = files.map(\.path).filter { exists(folder + "/" + $0) }
    guard taken.isEmpty else {
      throw PackageProblem(
        taken.map { shortened(folder + "/" + $0) }.joined(separator: ", ")
          + (taken.count == 1 ? " exists" : " exist") + " already; nothing was written",
        remedy: "choose another name, or move what is there away")
    }
    for file in files {
      let path = folder + "/" + file.path
      let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
      do {
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        // Not over a file that came in between.
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
      } catch {
        throw PackageProblem("\(shortened(path)) cannot be written: \(error.localizedDescription)")
      }
    }
  }

  /// Whether something has this path, a link that leads nowhere among them.
  package static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
      || (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
  }

  static func shortened(_ path: String) -> String {
    path.hasPrefix("./") ? String(path.dropFirst(2)) : path
  }
}
