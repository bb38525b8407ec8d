import Testing

@testable import EspalierFormats

@Suite struct ImageReadingTests {
  @Test func thereAreFiles() {
    #expect(ImageFixtures.files(".png").count >= 35)
    #expect(ImageFixtures.files(".jpg").count >= 30)
    #expect(ImageFixtures.all.count - 65 >= 7)
  }

  /// All kinds of files give Pillow's pixels, JPEG to the bit.
  @Test(arguments: ImageFixtures.all) func asPillow(_ name: String) throws {
    let expected = try ImageFixtures.pixels(name)
    let found = try ImageFile.read(ImageFixtures.path(name))
    #expect(found.width == expected.width && found.height == expected.height)
    #expect(found.channels == expected.channels)
    #expect(found.bytes == expected.bytes)
    let header = try ImageFile.header(ImageFixtures.path(name))
    #expect(header.width == expected.width && header.height == expected.height)
    #expect(header.channels == expected.channels)
    #expect(header.isGrey == (expected.channels < 3))
  }

  @Test(
    arguments: ImageFixtures.files(".jpg").filter { $0.hasPrefix("turned") } + ["turned.png"])
  func upright(_ name: String) throws {
    let path = ImageFixtures.path(name)
    let expected = try ImageFixtures.pixels(name + ":upright")
    #expect(try ImageFile.read(path, turning: true) == expected)
    let header = try ImageFile.header(path)
    #expect(header.orientation.exchangesSides == (header.width != expected.width))
  }

  @Test func greyAndColours() throws {
    let colours = try ImageFile.read(ImageFixtures.path("alpha8.png"))
    let opaque = colours.converted(to: 3)
    #expect(opaque.bytes == colours.bytes.enumerated().filter { $0.offset % 4 < 3 }.map(\.element))
    let grey = opaque.converted(to: 1)
    for pixel in 0..<grey.bytes.count {
      let parts = (0..<3).map { Double(opaque.bytes[3 * pixel + $0]) }
      let exact = 0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]
      #expect(abs(Double(grey.bytes[pixel]) - exact) <= 0.51)
    }
    let spread = grey.converted(to: 3)
    #expect(spread.bytes == grey.bytes.flatMap { [$0, $0, $0] })
    let shade = try ImageFile.read(ImageFixtures.path("grey_alpha8.png"))
    let shown = shade.bytes.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    #expect(shade.converted(to: 1).bytes == shown)
    #expect(shade.converted(to: 3).bytes == shown.flatMap { [$0, $0, $0] })
  }

  @Test func otherFormatsAreNamed() {
    func said(_ text: String, _ more: [UInt8] = []) -> String {
      imageComplaint(Array(text.utf8) + more)
    }
    #expect(said("").contains("picture: the file is empty"))
    #expect(said("GIF89a").contains("it is a GIF; PNG, JPEG, PBM, PGM and PPM are"))
    #expect(said("RIFF").contains("a WebP"))
    #expect(said("BM").contains("a BMP"))
    #expect(said("II", [0x2A, 0]).contains("a TIFF"))
    #expect(said("P7\nWIDTH 3").contains("a PAM"))
    #expect(said("a cat").contains("no image that is read here; PNG"))
    #expect(said("P").contains("no image"))
  }

  @Test func filesThatAreNone() throws {
    #expect(
      complaint { _ = try ImageFile.read(ImageFixtures.path("nothing.png")) }?
        .contains("nothing.png: cannot be opened: No such file") == true)
    #expect(
      complaint { _ = try ImageFile.header(ImageFixtures.path("")) }?.contains("is a folder")
        == true)
    #expect(
      complaint { _ = try ImageFile.read("/dev/null") }?.contains("is no file") == true)
  }

  /// The first bytes of a file are enough, if they are.
  @Test func headersOfLongFiles() throws {
    let path = ImageFixtures.path("420.jpg")
    let bytes = try contents(path)
    let comment: [UInt8] = [0xFF, 0xFE, 0x80, 0] + [UInt8](repeating: 7, count: 0x8000 - 2)
    try withFile(bytes[..<2] + comment + bytes[2...]) { long in
      let (header, image) = (try ImageFile.header(long), try ImageFile.read(long))
      let expected = (try ImageFile.header(path), try ImageFile.read(path))
      #expect(header == expected.0 && image == expected.1)
    }
    // A file that is cut off, and goes on with something else, has a header that nobody should rely on.
    let png = try contents(ImageFixtures.path("pillow.png"))
    try withFile(png[..<100] + [UInt8](repeating: 0, count: 10000)) { cut in
      #expect(complaint { _ = try ImageFile.header(cut) }?.contains("the image is cut off") == true)
    }
  }
}
