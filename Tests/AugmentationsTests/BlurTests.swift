import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct BlurTests {
  @Test func agreesWithTheReference() throws {
    try checkImages("../augmentation/blur") { reference, sample, shape, scratch in
      Blur(minimum: 0, maximum: 2).smooth(
        sample, shape, scratch, sigma: Float(reference.number("sigma")!))
    }
  }

  @Test func drawsItsWidth() throws {
    let x = image(["00000", "00000", "00900", "00000", "00000"])
    let middles = draws(Blur(minimum: 0.5, maximum: 1), of: x, [5, 5]).map { $0[12] }
    // The weight of the middle, for both.
    #expect(middles.allSatisfy { $0 > 1.4 && $0 < 5.6 } && Set(middles).count > 100)
    #expect(middles.min()! < 1.6 && middles.max()! > 5.2)
  }

  @Test func someImagesStay() {
    let x = image(["000", "090", "000"])
    let stays = draws(Blur(minimum: 1, maximum: 2, probability: 0.75), of: x, [3, 3]).count {
      $0 == x
    }
    #expect(abs(stays - 100) < 44)
  }

  @Test func nothingIsBlurredByZero() throws {
    #expect(Blur(minimum: 0, maximum: 0).applied(to: [1, 2, 3, 4], [2, 2]) == [1, 2, 3, 4])
    #expect(
      Blur(minimum: 1, maximum: 1, probability: 0).applied(to: [1, 2, 3, 4], [2, 2])
        == [1, 2, 3, 4])
    // A single pixel has no surroundings.
    #expect(abs(Blur(minimum: 9, maximum: 9).applied(to: [3], [1, 1])[0] - 3) < 1e-6)
    #expect(throws: PluginError.self) { try Blur().check([64]) }
    #expect(throws: PluginError.self) { try Blur(minimum: 2, maximum: 1).validate() }
  }
}
