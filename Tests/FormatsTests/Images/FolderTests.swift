import EspalierFormats
import Foundation
import Testing

@Suite struct FolderTests {
  @Test func sortedWithoutHiddenNames() throws {
    try withFolder { folder in
      for name in ["b/2", "b/10", "b/.hidden", "a/é", "a/z/deep", "B/x", ".git/y", "loose"] {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: path))
      }
      let entries = try Folder.entries(folder)
      #expect(entries.folders == ["B", "a", "b"] && entries.files == ["loose"])
      #expect(
        try Folder.files(below: folder)
          == ["B/x", "a/z/deep", "a/é", "b/10", "b/2", "loose"])
      #expect(Folder.kind(folder) == .folder && Folder.kind(folder + "/loose") == .file)
      #expect(Folder.kind(folder + "/no") == .nothing && Folder.kind("/dev/null") == .other)
      #expect(
        complaint { _ = try Folder.entries(folder + "/no") }?.contains(
          "no: cannot be opened as a folder") == true)
    }
  }

  /// Links are followed, and a circle of them is walked once.
  @Test func links() throws {
    try withFolder { folder in
      let files = FileManager.default
      try files.createDirectory(atPath: folder + "/a/b", withIntermediateDirectories: true)
      try Data([1]).write(to: URL(fileURLWithPath: folder + "/a/b/x"))
      try files.createSymbolicLink(atPath: folder + "/a/b/up", withDestinationPath: folder)
      try files.createSymbolicLink(atPath: folder + "/y", withDestinationPath: folder + "/a/b/x")
      try files.createSymbolicLink(atPath: folder + "/gone", withDestinationPath: "nowhere")
      #expect(try Folder.files(below: folder) == ["a/b/x", "y"])
    }
  }
}
