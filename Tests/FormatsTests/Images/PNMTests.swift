import Testing

@testable import EspalierFormats

@Suite struct PNMTests {
  private func said(_ text: String, _ more: [UInt8] = []) -> String {
    imageComplaint(Array(text.utf8) + more)
  }

  @Test func comments() throws {
    let (header, image) = try decoded(
      Array("P5#one\n2 # two\n1\n#three\n255# four\n".utf8) + [7, 9])
    #expect(header.width == 2 && header.height == 1 && header.format == .pnm)
    #expect(image.bytes == [7, 9])
    #expect(try decoded(Array("P1 3 1 1#x\n01".utf8)).image.bytes == [0, 255, 0])
  }

  @Test func refuses() {
    #expect(said("P5 2 2 255\n", [1, 2, 3]).contains("the image is cut off"))
    #expect(said("P2 2 2 255 1 2 3").contains("cut off"))
    #expect(said("P4 9 2\n", [1, 2, 3]).contains("cut off"))
    #expect(said("P1 2 2 1 0 1").contains("cut off"))
    #expect(said("P1 2 2 1 0 1 2").contains("a bit that is neither 0 nor 1"))
    #expect(said("P2 2 1 10 1 11").contains("a value is 11, the largest is 10"))
    #expect(said("P5 2 1 10\n", [1, 11]).contains("a value is 11, the largest is 10"))
    #expect(said("P2 2 1 10 1 -1").contains("its value is no number"))
    #expect(said("P5 2 x 255\n").contains("its height is no number"))
    #expect(said("P5 2 2 0\n").contains("its largest value is 0; 1…65535 is allowed"))
    #expect(said("P5 0 2 255\n").contains("it has 0×2 pixels"))
    #expect(said("P5 99999999999 2 255\n").contains("its width has too many digits"))
    #expect(said("P5 100000 100000 255\n").contains("more than the 134217728"))
    #expect(said("P5 10000 10000 255\n").contains("cut off"))
  }
}
