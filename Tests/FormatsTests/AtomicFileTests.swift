import EspalierFormats
import Foundation
import Testing

@Suite struct AtomicFileTests {
  @Test func appearsWhenCommitted() throws {
    try withFolder { folder in
      let path = folder + "/x.txt"
      try AtomicFile.write("old", to: path)
      do {
        let file = try AtomicFile(path)
        try file.write(String(repeating: "new", count: 100_000))
        #expect(try contents(path) == Array("old".utf8))
      }
      // Given up without a commit.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.txt"])
      let file = try AtomicFile(path)
      for _ in 0..<50_000 { try file.write("abc") }
      try file.commit()
      #expect(try contents(path).count == 150_000)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.txt"])
      #expect(complaint { try file.commit() } != nil)
      #expect(complaint { try file.write([UInt8](repeating: 0, count: 1 << 20)) } != nil)
    }
    #expect(complaint { _ = try AtomicFile("/nowhere/x") }?.contains("/nowhere/x") == true)
  }

  @Test func mapsFilesAndReadsPipes() throws {
    try withFile(Array("hello".utf8)) { path in
      let file = try MappedFile(path)
      #expect(file.isMapped && file.bytes.elementsEqual("hello".utf8))
    }
    try withFile([]) { path in
      let file = try MappedFile(path)
      #expect(file.bytes.isEmpty)
    }
    try withFolder { folder in
      let pipe = folder + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      let writer = Thread {
        let handle = open(pipe, O_WRONLY)
        let text = [UInt8](repeating: 65, count: 300_000)
        _ = write(handle, text, text.count)
        close(handle)
      }
      writer.start()
      let file = try MappedFile(pipe)
      #expect(!file.isMapped && file.bytes.count == 300_000)
    }
  }
}
