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

  @Test func refuses() {
    let packed = complaint { _ = try NPZ.read(fixture("compressed.npz")) }
    #expect(packed?.contains("compressed") == true)
    #expect(complaint { _ = try NPZ.read(fixture("f4.npy")) }?.contains("no zip") == true)
  }

  @Test func damagedFilesDoNotCrash() throws {
    try damage(fixture("arrays.npz")) { path in
      let archive = try NPZ.read(path)
      for name in archive.names { _ = archive[name]?.values() }
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
