import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct TranslationTests {
  @Test func agreesWithTheReference() throws {
    try checkImages("augmentation/geometry", named: ["translate"]) {
      reference, sample, shape, scratch in
      Translation(vertical: 1, horizontal: 1, fill: Float(reference.number("fill")!)).move(
        sample, shape, scratch, down: Float(reference.number("dy")!),
        right: Float(reference.number("dx")!))
    }
    try checkImages("../augmentation/translation") { reference, sample, shape, scratch in
      Translation(vertical: 1, horizontal: 1).move(
        sample, shape, scratch, down: Float(reference.number("down")!),
        right: Float(reference.number("right")!))
    }
  }

  @Test func sharesAreOfTheExtents() {
    let x = image(["000000000", "000090000", "000000000"])
    // A third of three rows, a third of nine columns: no farther than that, and as far as that.
    func reach(_ results: [[Float]]) -> Set<Int> {
      Set(results.flatMap { y in y.indices.filter { y[$0] > 0.5 } })
    }
    let sideways = draws(Translation(vertical: 0, horizontal: 1 / 3), of: x, [1, 3, 9])
    #expect(reach(sideways) == Set(10...16))
    let upright = draws(Translation(vertical: 1 / 3, horizontal: 0), of: x, [1, 3, 9])
    #expect(reach(upright) == [4, 13, 22])
  }

  @Test func fillStandsOutside() throws {
    #expect(throws: PluginError.self) { try Translation().check([64]) }
    let results = draws(
      Translation(vertical: 1, horizontal: 1, fill: 7), of: [7, 7, 7, 7], [2, 2])
    #expect(results.joined().allSatisfy { abs($0 - 7) < 1e-5 })
  }
}
