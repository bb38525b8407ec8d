import Testing

@testable import EspalierFormats

@Suite struct JPEGTests {
  /// Where the data of the first segment with a marker begin.
  private func place(of marker: UInt8, in bytes: [UInt8]) -> Int {
    bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == marker }! + 4
  }

  private func changed(_ name: String, _ change: (inout [UInt8]) -> Void) throws -> String {
    var bytes = try contents(ImageFixtures.path(name))
    change(&bytes)
    return imageComplaint(bytes)
  }

  @Test func kindsThatAreNotRead() throws {
    #expect(
      complaint { _ = try ImageFile.read(ImageFixtures.path("cmyk.jpg")) }?
        .contains("cmyk.jpg: JPEG with four colours (CMYK) is not read here") == true)
    func frame(_ marker: UInt8) throws -> String {
      try changed("444.jpg") { $0[place(of: 0xC0, in: $0) - 3] = marker }
    }
    #expect(try frame(0xC3).contains("JPEG with lossless pixels is not read here"))
    #expect(try frame(0xC9).contains("arithmetic coding"))
    #expect(try frame(0xCA).contains("arithmetic coding"))
    #expect(try frame(0xC5).contains("pixels in a hierarchy"))
    #expect(try changed("444.jpg") { $0[place(of: 0xC0, in: $0)] = 12 }.contains("12 bits"))
    let lines = try changed("444.jpg") { bytes in
      let place = place(of: 0xC0, in: bytes)
      (bytes[place + 1], bytes[place + 2]) = (0, 0)
    }
    #expect(lines.contains("a height behind its pixels"))
    // Three columns of brightness for two of a colour.
    let fractions = try changed("444.jpg") { bytes in
      let place = place(of: 0xC0, in: bytes)
      (bytes[place + 7], bytes[place + 10]) = (0x31, 0x21)
    }
    #expect(fractions.contains("sampled in fractions"))
  }

  @Test func tablesThatAreMissing() throws {
    #expect(
      try changed("grey.jpg") { $0[place(of: 0xDB, in: $0) - 3] = 0xFE }.contains(
        "a table of quantization is missing"))
    #expect(
      try changed("grey.jpg") { $0[place(of: 0xC4, in: $0) - 3] = 0xFE }.contains(
        "the codes of a scan are missing"))
    #expect(
      try changed("grey.jpg") { bytes in
        let place = place(of: 0xC4, in: bytes)
        bytes[place + 1] += 3
        bytes[place + 3] -= 3
      }.contains("more codes than there is room for"))
  }

  @Test func scansThatAreMissing() throws {
    // The end right behind the head of the first scan of a progressive file.
    let cut = try changed("420_progressive.jpg") { bytes in
      let place = place(of: 0xDA, in: bytes)
      bytes.replaceSubrange(place - 4..<bytes.count, with: [0xFF, 0xD9])
    }
    #expect(cut.contains("it ends before all of its pixels"))
    #expect(try changed("444.jpg") { $0.removeLast($0.count / 3) }.contains("cut off"))
    #expect(try changed("420_progressive.jpg") { $0.removeLast(2) }.contains("cut off"))
    // All pixels of a sequential file are there before its end.
    #expect(try changed("444.jpg") { $0.removeLast(2) } == "accepted")
  }

  @Test func restarts() throws {
    let other = try changed("restart.jpg") { bytes in
      let place = bytes.indices.dropLast().last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD0 }!
      bytes[place + 1] = 0xD3
    }
    #expect(other.contains("a restart marker is missing"))
  }

  /// Many scans over many pixels take next to no bytes.
  @Test func scansAreCounted() throws {
    let bytes = try contents(ImageFixtures.path("grey_progressive.jpg"))
    // The first coefficients may be told again and again.
    let start = place(of: 0xDA, in: bytes) - 4
    let next = bytes[(start + 2)...].indices.first {
      bytes[$0] == 0xFF && bytes[$0 + 1] != 0
    }!
    let scan = Array(bytes[start..<next])
    func repeated(_ count: Int) -> [UInt8] {
      Array(bytes[..<start]) + [[UInt8]](repeating: scan, count: count).joined() + bytes[start...]
    }
    #expect(imageComplaint(repeated(100)) == "accepted")
    #expect(imageComplaint(repeated(250)).contains("it has more than 200 scans"))
  }

  /// A size that the bytes behind it cannot fill is refused before memory is taken for it.
  @Test func claimsWithoutData() throws {
    let claim = try changed("420.jpg") { bytes in
      let place = place(of: 0xC0, in: bytes)
      bytes.replaceSubrange(place + 1..<place + 5, with: [0x1F, 0xFF, 0x1F, 0xFF])
    }
    #expect(claim.contains("cut off"))
    // 16 blocks in grey take 16 bits at least.
    let head: [UInt8] = [8, 0, 32, 0, 32, 1, 1, 0x11, 0]
    let frame = try head.withUnsafeBytes { try JPEGFrame($0, process: 0) }
    try frame.check(bytes: 2)
    #expect(throws: ImageProblem.self) { try frame.check(bytes: 1) }
    let huge = try changed("420.jpg") { bytes in
      let place = place(of: 0xC0, in: bytes)
      bytes.replaceSubrange(place + 1..<place + 5, with: [0xFF, 0xFF, 0xFF, 0xFF])
    }
    #expect(huge.contains("65535×65535 pixels, more than"))
  }

  /// Bytes between segments, comments, and whatever stands behind the end.
  @Test func whatIsPassedOver() throws {
    let bytes = try contents(ImageFixtures.path("422.jpg"))
    let expected = try decoded(bytes)
    let comment: [UInt8] = [0xFF, 0xFE, 0, 5, 1, 2, 3]
    let second = 4 + Int(bytes[5])
    for more in [comment, [0xFF, 0xFF, 0xFF], [0, 1, 2]] as [[UInt8]] {
      let found = try decoded(
        Array(bytes[..<second]) + more + bytes[second...] + [0xFF, 0xC0, 9])
      #expect(found.image == expected.image)
    }
  }
}
