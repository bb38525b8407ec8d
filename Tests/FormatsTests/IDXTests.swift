import EspalierFormats
import Testing

@Suite struct IDXTests {
  @Test func reads() throws {
    let images = try IDX.read(fixture("images.idx"))
    #expect(images.shape == [2, 3, 4] && images.values() == (0..<24).map { Float($0 * 10) })
    #expect(try IDX.read(fixture("labels.idx")).values() == [7, 2])
    #expect(try IDX.read(fixture("floats.idx")).values() == [1.5, -2.25])
  }

  @Test(
    arguments: [
      [], [0, 0, 8], [0, 0, 8, 1], [0, 0, 7, 1, 0, 0, 0, 0], [1, 0, 8, 0, 0],
      [0, 0, 8, 1, 0, 0, 0, 2, 5], [0, 0, 8, 1, 0, 0, 0, 1, 5, 6], [0x1F, 0x8B, 8, 0],
      [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12), [0, 0, 8, 255] + [0, 0, 0, 0],
    ] as [[UInt8]])
  func refuses(_ bytes: [UInt8]) throws {
    try withFile(bytes) { path in #expect(complaint { _ = try IDX.read(path) } != nil) }
  }

  @Test func damagedFilesDoNotCrash() throws {
    try damage(fixture("images.idx")) { path in _ = try IDX.read(path).values() }
  }
}
