import Testing

@testable import EspalierFormats

/// Files that were cut short or changed: errors are fine, and so are other pixels; crashes are not.
@Suite struct DamagedImageTests {
  /// - Returns: how many were refused.
  private func refused(_ variants: some Sequence<[UInt8]>) -> Int {
    var count = 0
    for bytes in variants {
      do { _ = try decoded(bytes) } catch { count += error is FormatError ? 1 : 0 }
    }
    return count
  }

  @Test(arguments: ImageFixtures.all) func cutShort(_ name: String) throws {
    let bytes = try contents(ImageFixtures.path(name))
    let step = max(1, bytes.count / 200)
    let lengths = Array(stride(from: 0, to: bytes.count - 12, by: step))
    // Text ends with a space or without, and a file of one pixel is nearly all header.
    let needed = lengths.filter { $0 < bytes.count - 16 }
    #expect(refused(needed.map { Array(bytes[..<$0]) }) == needed.count)
    _ = refused(lengths.map { Array(bytes[..<$0]) })
  }

  @Test(arguments: ImageFixtures.all) func changed(_ name: String) throws {
    let bytes = try contents(ImageFixtures.path(name))
    var dice = Dice(name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF)
    let isPNG = name.hasSuffix(".png")
    var count = 0
    for round in 0..<300 {
      var copy = bytes
      for _ in 0...dice.next(below: 4) {
        let place = dice.next(below: copy.count)
        switch dice.next(below: 5) {
        case 0: copy[place] ^= 1 << UInt8(dice.next(below: 8))
        case 1: copy[place] = 0xFF
        case 2: copy[place] = 0
        case 3: copy.remove(at: place)
        default: copy.insert(UInt8(dice.next(below: 256)), at: place)
        }
        if copy.isEmpty { copy = [0] }
      }
      // With right checksums the damage comes further.
      if isPNG, round % 4 > 0 { copy = withRightChecksums(copy) }
      count += refused([copy])
    }
    #expect(count > 20 || !isPNG)
  }

  /// Rows and palettes of a PNG are packed: what is behind the packing is changed too.
  @Test(arguments: ["grey1_adam7.png", "palette2.png", "alpha16_adam7.png", "pillow.png"])
  func changedBeforePacking(_ name: String) throws {
    let bytes = try contents(ImageFixtures.path(name))
    let start = bytes.indices.first { bytes[$0...].starts(with: Array("IDAT".utf8)) }! + 4
    let end = bytes.count - 16
    let size = 100_000
    let raw = try bytes[start..<end].withUnsafeBytes { packed -> [UInt8] in
      let output = try UnpackedBytes(limit: size)
      _ = try Inflate.unpack(packed, at: 2, into: output)
      return Array(output.bytes)
    }
    var dice = Dice(raw.count)
    var good = 0
    for _ in 0..<200 {
      var copy = raw
      for _ in 0...dice.next(below: 3) {
        copy[dice.next(below: copy.count)] = UInt8(dice.next(below: 256))
      }
      let packed = Zlib.pack(copy)
      let length = [24, 16, 8, 0].map { UInt8(packed.count >> $0 & 0xFF) }
      let file =
        Array(bytes[..<(start - 8)]) + length + Array("IDAT".utf8) + packed + [0, 0, 0, 0]
        + bytes[(bytes.count - 12)...]
      good += 1 - refused([withRightChecksums(file)])
    }
    // Most changes are of pixels, and give a good file.
    #expect(good > 20)
  }
}
