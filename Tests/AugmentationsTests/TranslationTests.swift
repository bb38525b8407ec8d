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

  /// Half of eight rows, up and down: a row of nines at the third row is seen in rows 0 to 7, weaker
  /// where it moved by parts.
  @Test func rowsMoveByTheirShare() {
    var x = [Float](repeating: 0, count: 16)
    (x[6], x[7]) = (9, 9)
    let results = draws(Translation(vertical: 0.5, horizontal: 0), of: x, [1, 8, 2])
    let places = results.map { y in
      let mass = y.reduce(0, +)
      return y.indices.reduce(0) { $0 + Float($1 / 2) * y[$1] } / mass
    }.filter { !$0.isNaN }
    #expect(places.max()! > 6.9 && places.max()! <= 7.001)
    #expect(places.min()! < 0.1)
  }

  /// What stands half over the border is mixed with the fill.
  @Test func borderRowsAreMixedWithTheFill() {
    var sample: [Float] = [1, 2]
    var scratch = sample
    sample.withUnsafeMutableBufferPointer { sample in
      scratch.withUnsafeMutableBufferPointer { scratch in
        Translation(vertical: 1, horizontal: 1, fill: 5).move(
          sample, ImageShape([1, 2, 1])!, scratch, down: -0.25, right: 0)
      }
    }
    // ¾ of each row and ¼ of the next, which is the fill behind the last.
    #expect(sample == [1.25, 2.75])
  }

  @Test func fillStandsOutside() throws {
    #expect(throws: PluginError.self) { try Translation().check([64]) }
    let results = draws(
      Translation(vertical: 1, horizontal: 1, fill: 7), of: [7, 7, 7, 7], [2, 2])
    #expect(results.joined().allSatisfy { abs($0 - 7) < 1e-5 })
  }
}
