import EspalierFormats
import Testing

@Suite struct NPZTests {
  @Test func readsWhatNumPyWrites() throws {
    let archive = try NPZ.read(fixture("arrays.npz"))
    #expect(archive.names == ["x", "y"])
    #expect(archive["x"]?.shape == [2, 3])
    #expect(archive["x"]?.values() == [0, 0.25, 0.5, 0.75, 1, 1.25])
    #expect(archive["y"]?.values() == [1, 0])
    #expect(archive["z"] == nil)
  }

  @Test func readsWhatNumPyCompresses() throws {
    let small = try NPZ.read(fixture("compressed.npz"))
    #expect(small["x"]?.values() == [0, 0.25, 0.5, 0.75, 1, 1.25])
    let large = try NPZ.read(fixture("large.npz"))
    #expect(large["x"]?.shape == [100, 500])
    #expect(large["x"]?.values() == (0..<50000).map { Float($0 % 251) })
    #expect(large["y"]?.values() == (0..<100).map { Float($0 % 3) })
  }

  /// The directory claims a size and a checksum of what is packed.
  @Test func whatTheDirectoryClaims() throws {
    let bytes = try contents(fixture("compressed.npz"))
    let directory = try #require(
      bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    func changed(_ place: Int) throws -> String? {
      var copy = bytes
      copy[directory + place] ^= 1
      return try withFile(copy) { path in complaint { _ = try NPZ.read(path) } }
    }
    #expect(try changed(16)?.contains("its checksum is another") == true)
    // One byte less is a limit that is passed, one more is not reached.
    #expect(try changed(24)?.contains("npy: ") == true)
  }

  @Test func refuses() {
    #expect(complaint { _ = try NPZ.read(fixture("f4.npy")) }?.contains("no zip") == true)
  }

  @Test func damagedFilesDoNotCrash() throws {
    for name in ["arrays.npz", "compressed.npz"] {
      try damage(fixture(name)) { path in
        let archive = try NPZ.read(path)
        for name in archive.names { _ = archive[name]?.values() }
      }
    }
    // The directory stands at the end, beyond the first bytes.
    let bytes = try contents(fixture("arrays.npz"))
    for place in bytes.count - 140..<bytes.count {
      for value in [0, 0xFF] as [UInt8] {
        var changed = bytes
        changed[place] = value
        try withFile(changed) { path in
          _ = complaint {
            let archive = try NPZ.read(path)
            for name in archive.names { _ = archive[name]?.values() }
          }
        }
      }
    }
  }
}
