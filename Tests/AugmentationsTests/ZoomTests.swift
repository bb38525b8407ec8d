import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct ZoomTests {
  @Test func agreesWithTheReference() throws {
    try checkImages("../augmentation/zoom") { reference, sample, shape, scratch in
      Zoom(minimum: 0.5, maximum: 2).magnify(
        sample, shape, scratch, factor: Float(reference.number("factor")!))
    }
  }

  @Test func factorsStayWithinTheirBounds() throws {
    let x = image(["00000", "01110", "01110", "01110", "00000"])
    let larger = draws(Zoom(minimum: 1.25, maximum: 2), of: x, [5, 5])
    #expect(larger.allSatisfy { $0.reduce(0, +) > 9.5 })
    let smaller = draws(Zoom(minimum: 0.5, maximum: 0.75), of: x, [5, 5])
    #expect(smaller.allSatisfy { $0.reduce(0, +) < 8 })
    #expect(Set(smaller.map { $0[6] }).count > 100)
  }

  /// Places more than a pixel outside are filled, not continued from the border.
  @Test func nothingIsReadFarOutside() {
    var sample = [Float](repeating: 1, count: 49)
    var scratch = sample
    sample.withUnsafeMutableBufferPointer { sample in
      scratch.withUnsafeMutableBufferPointer { scratch in
        Zoom(minimum: 0.5, maximum: 2).magnify(
          sample, ImageShape([1, 7, 7])!, scratch, factor: 0.64)
      }
    }
    // Row i is read at 3 + (i − 3)/0.64: −1.69, −0.125, 1.44, …
    #expect(sample[..<7].allSatisfy { $0 == 0 })
    #expect(stride(from: 0, to: 49, by: 7).allSatisfy { sample[$0] == 0 })
    #expect(abs(sample[7 + 3] - 0.875) < 1e-5 && abs(sample[3 * 7 + 1] - 0.875) < 1e-5)
    #expect(sample[3 * 7 + 3] == 1)
  }

  @Test func refuses() throws {
    #expect(throws: PluginError.self) { try Zoom().check([64]) }
    #expect(throws: PluginError.self) { try Zoom(minimum: 2, maximum: 1).validate() }
  }
}
