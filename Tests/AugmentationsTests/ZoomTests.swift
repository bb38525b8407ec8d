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

  @Test func refuses() throws {
    #expect(throws: PluginError.self) { try Zoom().check([64]) }
    #expect(throws: PluginError.self) { try Zoom(minimum: 2, maximum: 1).validate() }
  }
}
