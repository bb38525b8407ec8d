import EspalierFormats
import Testing

@Suite struct GzipTests {
  private func unpacked(_ name: String) throws -> [UInt8] {
    let file = try MappedFile.unpacking(fixture(name))
    return withExtendedLifetime(file) { Array(file.bytes) }
  }

  @Test func unpacksAllKindsOfBlocks() throws {
    let whole = try contents(fixture("whole.bin"))
    #expect(try unpacked("dynamic.gz") == whole)
    #expect(try unpacked("fixed.gz") == Array(whole[..<5000]))
    #expect(try unpacked("huffman.gz") == Array(whole[..<9000]))
    #expect(try unpacked("stored.gz").count == 3000)
    #expect(whole.suffix(200_000).contains(0))
    #expect(try unpacked("empty.gz") == [])
    #expect(try unpacked("members.gz") == Array(whole[..<9000]))
    // What is not packed stays as it is.
    #expect(try unpacked("whole.bin") == whole)
  }

  @Test func noMoreThanTheLimit() throws {
    #expect(try unpacked("zeros.gz").count == 20_000_000)
    let message = complaint {
      _ = try MappedFile.unpacking(fixture("zeros.gz"), limit: 1_000_000)
    }
    #expect(
      message?.contains("unpacked it takes more than 1000000 bytes") == true, "\(message ?? "")")
    let exact = try MappedFile.unpacking(fixture("zeros.gz"), limit: 20_000_000)
    withExtendedLifetime(exact) { #expect(exact.bytes.count == 20_000_000) }
  }

  /// On its way into another file a packed one takes little memory, and comes to the same bytes.
  @Test func intoAFile() throws {
    func passed(_ path: String, limit: Int = 1 << 30) throws -> [UInt8] {
      try withFile([UInt8]()) { target in
        let output = try AtomicFile(target)
        try MappedFile(path).unpack(to: output, limit: limit)
        try output.commit()
        return try contents(target)
      }
    }
    for name in [
      "dynamic.gz", "fixed.gz", "huffman.gz", "stored.gz", "empty.gz", "members.gz", "zeros.gz",
    ] {
      #expect(try passed(fixture(name)) == unpacked(name), "\(name)")
    }
    #expect(try passed(fixture("zeros.gz"), limit: 20_000_000).count == 20_000_000)
    for limit in [19_999_999, 1_000_000, 1000] {
      let message = complaint { _ = try passed(fixture("zeros.gz"), limit: limit) }
      #expect(message?.contains("takes more than \(limit) bytes") == true, "\(message ?? "")")
    }
    let bytes = try contents(fixture("fixed.gz"))
    for (place, words) in [
      (bytes.count - 8, "its checksum is another"), (bytes.count - 4, "its size is another"),
    ] {
      var changed = bytes
      changed[place] ^= 1
      let message = try withFile(changed) { path in complaint { _ = try passed(path) } }
      #expect(message?.contains(words) == true, "\(message ?? "")")
    }
    for name in ["fixed.gz", "huffman.gz", "stored.gz", "members.gz"] {
      try damage(fixture(name)) { path in _ = try passed(path, limit: 1 << 20) }
    }
  }

  @Test func checksumsAndSizes() throws {
    let bytes = try contents(fixture("fixed.gz"))
    for (place, words) in [
      (bytes.count - 8, "its checksum is another"), (bytes.count - 4, "its size is another"),
    ] {
      var changed = bytes
      changed[place] ^= 1
      let message = try withFile(changed) { path in
        complaint { _ = try MappedFile.unpacking(path) }
      }
      #expect(message?.contains(words) == true, "\(message ?? "")")
    }
    let cut = try withFile(bytes.dropLast(300)) { path in
      complaint { _ = try MappedFile.unpacking(path) }
    }
    #expect(cut?.contains("cut off") == true, "\(cut ?? "")")
    let more = try withFile(bytes + [1]) { path in complaint { _ = try MappedFile.unpacking(path) }
    }
    #expect(more?.contains("bytes behind the end") == true, "\(more ?? "")")
  }

  @Test func damagedFilesDoNotCrash() throws {
    for name in ["fixed.gz", "huffman.gz", "stored.gz", "members.gz", "empty.gz"] {
      try damage(fixture(name)) { path in _ = try MappedFile.unpacking(path, limit: 1 << 20) }
    }
  }

  @Test func imagesAndTables() throws {
    let packed = try IDX.read(fixture("images.idx.gz"))
    let plain = try IDX.read(fixture("images.idx"))
    #expect(packed.shape == plain.shape)
    #expect(packed.values() == plain.values())
  }
}
