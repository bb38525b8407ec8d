import Foundation

/// The file that a built program is put into.
package struct ProgramFile {
  /// What the file was when it was written.
  private struct Record: Codable, Equatable {
    let size: Int
    let digest: String
  }

  private let path: String
  private let fullPath: String
  private let cache: BuildCache

  package init(_ path: String, _ builder: ProgramBuilder) {
    self.path = path
    fullPath = URL(fileURLWithPath: path).standardizedFileURL.path
    cache = builder.reader.cache
  }

  private var name: String { SHA256.hash("output", fullPath) }

  /// Refuses to take the place of a file that no build has written, or that was changed since.
  package func checkMayBeWritten(force: Bool) throws(PackageProblem) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: fullPath, isDirectory: &isFolder) else {
      let folder = (fullPath as NSString).deletingLastPathComponent
      guard FileManager.default.fileExists(atPath: folder) else {
        throw PackageProblem("\(path) cannot be written: there is no folder \(folder)")
      }
      return
    }
    guard !isFolder.boolValue else {
      throw PackageProblem(
        "\(path) is a folder", remedy: "name a file for the program with --output")
    }
    if force { return }
    guard let record: Record = cache.record("outputs", name), record == written() else {
      throw PackageProblem(
        "\(path) is there already, and was not made by this command",
        remedy: "name another file with --output, or replace it with --force")
    }
  }

  /// Puts a program into the file.
  package func write(_ program: ProgramBuilder.Program) throws(PackageProblem) {
    try BuildCache.copy(program.path, to: fullPath)
    try cache.keep(written(), "outputs", name)
  }

  private func written() -> Record {
    var digest = ContentDigest()
    digest.add(fullPath, as: "program")
    return Record(size: BuildCache.size(fullPath), digest: digest.finish())
  }
}
