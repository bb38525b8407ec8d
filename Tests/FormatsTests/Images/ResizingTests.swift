import Testing

@testable import EspalierFormats

@Suite struct ResizingTests {
  private func pillow(_ name: String) throws -> Image {
    try ImageFile.read(ImageFixtures.path(name))
  }

  /// Smaller, larger, and each along one side. Where Pillow begins with columns, as newer ones do at times, its
  /// rounding between the passes is another.
  @Test(arguments: ["pillow.png", "grey.jpg"]) func asPillow(_ name: String) throws {
    let image = try pillow(name)
    for (width, height) in [(8, 8), (5, 31), (24, 4), (50, 16), (1, 1)] {
      let expected = try ImageFixtures.pixels("\(name):\(width)x\(height)")
      let found = image.resized(width: width, height: height)
      if image.channels == 1, [24, 50].contains(width) {
        let differences = zip(found.bytes, expected.bytes).map { abs(Int($0) - Int($1)) }
        #expect(differences.max()! <= 1 && differences.count { $0 > 0 } < differences.count / 4)
      } else {
        #expect(found == expected, "\(width)×\(height)")
      }
    }
    #expect(image.resized(width: image.width, height: image.height) == image)
  }

  @Test(arguments: ["pillow.png", "grey.jpg"]) func proportionsStay(_ name: String) throws {
    let image = try pillow(name)
    for (width, height) in [(8, 8), (20, 9), (5, 11)] {
      let size = "\(width)x\(height)"
      #expect(
        image.covering(width: width, height: height)
          == (try ImageFixtures.pixels("\(name):covering \(size)")), "covering \(size)")
      #expect(
        image.within(width: width, height: height, value: 100)
          == (try ImageFixtures.pixels("\(name):within \(size)")), "within \(size)")
    }
  }

  @Test func windowsArePartsOfTheWhole() throws {
    let image = try pillow("pillow.png")
    for (width, height) in [(40, 30), (9, 7), (24, 5), (6, 16)] {
      let whole = image.resized(width: width, height: height)
      let window = Image.Window(left: 2, top: 1, width: 3, height: 4)
      let part = image.resized(width: width, height: height, window: window)
      for row in 0..<4 {
        let start = ((row + 1) * width + 2) * 3
        #expect(part.bytes[row * 9..<row * 9 + 9] == whole.bytes[start..<start + 9])
      }
    }
  }

  /// A strip would be a million columns wide before it is cut.
  @Test func strips() {
    let strip = Image(
      width: 60_000, height: 1, channels: 1, bytes: (0..<60_000).map { UInt8($0 / 235) })
    let middle = strip.covering(width: 32, height: 1000)
    #expect(middle.width == 32 && middle.height == 1000)
    #expect(middle.bytes.allSatisfy { (127...128).contains($0) })
    let inner = strip.within(width: 16, height: 3, value: 9)
    #expect(inner.bytes[..<16].allSatisfy { $0 == 9 } && inner.bytes[32...].allSatisfy { $0 == 9 })
    #expect(inner.bytes[31] > 235 && inner.bytes[16] < 20)
  }
}
