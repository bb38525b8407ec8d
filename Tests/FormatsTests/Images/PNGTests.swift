import Foundation
import Testing

@testable import EspalierFormats

@Suite struct PNGTests {
  private func changed(
    _ name: String, repairs: Bool = true, _ change: (inout [UInt8]) -> Void
  ) throws -> String {
    var bytes = try contents(ImageFixtures.path(name))
    change(&bytes)
    return imageComplaint(repairs ? withRightChecksums(bytes) : bytes)
  }

  /// Where the data of a chunk begin.
  private func place(of chunk: String, in bytes: [UInt8]) -> Int {
    bytes.indices.first { bytes[$0...].starts(with: Array(chunk.utf8)) }! + 4
  }

  @Test func checksums() throws {
    let crc = try changed("colours8.png", repairs: false) { $0[17] ^= 1 }
    #expect(crc.contains("the checksum of its chunk `IHDR` is another"))
    let pixels = try changed("colours8.png", repairs: false) { bytes in
      bytes[place(of: "IDAT", in: bytes) + 9] ^= 1
    }
    #expect(pixels.contains("the checksum of its chunk `IDAT` is another"))
    let adler = try changed("colours8.png") { bytes in
      bytes[place(of: "IEND", in: bytes) - 4 - 4 - 5] ^= 1
    }
    #expect(adler.contains("the packed data are damaged: their checksum is another"))
  }

  @Test func headersThatNoneHas() throws {
    #expect(try changed("grey8.png") { $0[24] = 3 }.contains("it has 3 bits in the colour type 0"))
    #expect(try changed("grey8.png") { $0[25] = 1 }.contains("its colour type is 1"))
    #expect(try changed("grey8.png") { $0[28] = 2 }.contains("interlaced in no known way"))
    #expect(try changed("grey8.png") { $0[19] = 0 }.contains("it has 0×5 pixels"))
    let huge = try changed("grey8.png") { bytes in
      bytes.replaceSubrange(16..<24, with: [0, 1, 0, 0, 0, 1, 0, 0])
    }
    #expect(huge.contains("it has 65536×65536 pixels, more than the 134217728 that are read"))
  }

  /// A size that the data cannot fill is refused before memory is taken for it.
  @Test func claimsWithoutData() throws {
    let claim = try changed("grey8.png") { bytes in
      bytes.replaceSubrange(16..<24, with: [0, 0, 0x20, 0, 0, 0, 0x20, 0])
    }
    #expect(claim.contains("the packed data are cut off"))
    #expect(try changed("grey8.png") { $0[23] += 1 }.contains("35 bytes where") == false)
    let more = try changed("grey8.png") { $0[23] += 1 }
    #expect(more.contains("40 bytes where 48 are needed"), "\(more)")
    let less = try changed("colours16_adam7.png") { $0[23] -= 3 }
    #expect(less.contains("damaged"), "\(less)")
  }

  /// A small file that unpacks to far more than its size needs.
  @Test func bomb() throws {
    let zeros = Zlib.pack([UInt8](repeating: 0, count: 20_000_000))
    #expect(zeros.count < 200_000)
    var bytes = try contents(ImageFixtures.path("grey8.png"))
    let start = place(of: "IDAT", in: bytes)
    let end = place(of: "IEND", in: bytes) - 4 - 4
    let length = [24, 16, 8, 0].map { UInt8(zeros.count >> $0 & 0xFF) }
    bytes.replaceSubrange(start..<end, with: zeros + [0, 0, 0, 0])
    bytes.replaceSubrange(start - 8..<start - 4, with: length)
    #expect(
      imageComplaint(withRightChecksums(bytes)).contains(
        "its pixels take more than the 40 bytes that its size needs"))
  }

  @Test func chunks() throws {
    let colour = try changed("palette4.png") { bytes in
      // Fewer colours than pixels use: the chunk is cut to three.
      let start = place(of: "PLTE", in: bytes)
      let length = Int(bytes[start - 5])
      bytes.removeSubrange(start + 9..<start + length)
      bytes[start - 5] = 9
    }
    #expect(colour.contains("of a palette of 3"))
    let none = try changed("palette4.png") { bytes in
      let start = place(of: "PLTE", in: bytes)
      bytes[start - 4] = UInt8(ascii: "p")
    }
    #expect(none.contains("its palette is missing"))
    let unknown = try changed("parts.png") { bytes in
      let start = place(of: "tEXt", in: bytes)
      bytes[start - 4] = UInt8(ascii: "T")
    }
    #expect(unknown.contains("PNG with a chunk `TEXt`, which must be understood, is not read here"))
    let filter = try changed("parts.png") { bytes in
      let image = try! ImageFile.read(ImageFixtures.path("grey8.png"))
      bytes = PNG.file(of: image)
      let raw = [UInt8](repeating: 5, count: (image.width + 1) * image.height)
      let packed = Zlib.pack(raw)
      let start = place(of: "IDAT", in: bytes)
      bytes.replaceSubrange(start..<bytes.count - 16, with: packed)
      bytes.replaceSubrange(start - 6..<start - 4, with: [0, UInt8(packed.count)])
    }
    #expect(filter.contains("a row has the filter 5"), "\(filter)")
    #expect(
      try changed("alpha8.png") { $0 = Array($0[..<($0.count - 12)]) }.contains("cut off"))
  }

  // MARK: Writing

  private static let written = ["alpha8", "colours8", "grey_alpha8", "grey8", "pillow", "pixel"]

  /// Others' readers are shown these files, see Tests/Interop/images.py.
  @Test(arguments: written) func writesTheSameBytes(_ name: String) throws {
    let image = try ImageFile.read(ImageFixtures.path(name + ".png"))
    let file = PNG.file(of: image)
    let path = ImageFixtures.path("written/\(name).png")
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      try Data(file).write(to: URL(fileURLWithPath: path))
    }
    #expect(try contents(path) == file)
    #expect(try decoded(file).image == image)
  }

  @Test(arguments: 1...4) func writesAllSizes(_ channels: Int) throws {
    var dice = Dice(channels)
    for (width, height) in [(1, 1), (7, 1), (1, 9), (33, 20), (300, 200)] {
      let noise = (0..<width * height * channels).map { _ in UInt8(dice.next(below: 256)) }
      let smooth = (0..<width * height * channels).map { UInt8($0 / channels % width / 2 % 256) }
      for bytes in [noise, smooth] {
        let image = Image(width: width, height: height, channels: channels, bytes: bytes)
        let file = PNG.file(of: image)
        #expect(try decoded(file).image == image)
      }
      let image = Image(width: width, height: height, channels: channels, bytes: smooth)
      if width == 300 { #expect(PNG.file(of: image).count < smooth.count / 20) }
    }
  }
}

@Suite struct DeflateTests {
  @Test func whatIsPackedIsUnpacked() throws {
    var dice = Dice(5)
    var cases: [[UInt8]] = [[], [7], [1, 2], [3, 3, 3], [UInt8](repeating: 9, count: 70_000)]
    cases.append((0..<100_000).map { _ in UInt8(dice.next(below: 4)) })
    cases.append((0..<50_000).map { _ in UInt8(dice.next(below: 256)) })
    // Repeats just within and just beyond the window.
    let block = (0..<300).map { _ in UInt8(dice.next(below: 256)) }
    for distance in [32_000, 32_767, 32_768, 32_769, 33_000] {
      cases.append(block + [UInt8](repeating: 0, count: distance - 300) + block)
    }
    for bytes in cases {
      let packed = Zlib.pack(bytes)
      let output = try packed.withUnsafeBytes { try Zlib.unpack($0, size: bytes.count) }
      #expect(Array(output.bytes) == bytes)
    }
    #expect(Zlib.pack(cases[4]).count < 1000)
  }

  @Test func headersOfZlib() {
    func message(_ bytes: [UInt8], size: Int = 3) -> String {
      do {
        _ = try bytes.withUnsafeBytes { try Zlib.unpack($0, size: size) }
        return "unpacked"
      } catch { return (error as? UnpackProblem)?.message ?? "\(error)" }
    }
    let good = Zlib.pack([1, 2, 3])
    #expect(message(good) == "unpacked")
    #expect(message(good, size: 4).contains("3 bytes where 4 are needed"))
    #expect(message([0x79] + good.dropFirst()).contains("do not begin as zlib does"))
    #expect(message([0x78, 0x20 | 0x5E] + good.dropFirst(2)).contains("do not begin"))
    #expect(message([0x78, 0x20] + good.dropFirst(2)).contains("want a dictionary"))
    #expect(message(Array(good.dropLast())).contains("cut off"))
    #expect(message(good, size: 1 << 40).contains("cut off"))
  }
}
