import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct CutoutTests {
  @Test func agreesWithTheReference() throws {
    try checkImages("augmentation/color", named: ["cutout"]) { reference, sample, shape, _ in
      func number(_ name: String) -> Int { Int(reference.number(name)!) }
      Cutout(size: 1, fill: Float(number("fill"))).cover(
        sample, shape,
        PixelBox(
          top: number("top"), left: number("left"), height: number("height"),
          width: number("width")))
    }
  }

  @Test func squaresHaveTheirSizeAndPlace() throws {
    let shape: Shape = [2, 6, 8]
    let results = draws(
      Cutout(size: 3, fill: -1), of: [Float](repeating: 1, count: shape.count), shape, count: 2000)
    var centres = [Int](repeating: 0, count: 48)
    for y in results {
      let covered = y.indices.filter { y[$0] == -1 }
      let first = covered.filter { $0 < 48 }
      // Both channels alike; three by three unless cut off at the border.
      #expect(covered.filter { $0 >= 48 }.map { $0 - 48 } == first)
      let rows = Set(first.map { $0 / 8 })
      let columns = Set(first.map { $0 % 8 })
      #expect(first.count == rows.count * columns.count)
      let (bottom, right) = (try #require(rows.max()), try #require(columns.max()))
      let top = rows.contains(0) ? bottom - 1 : bottom - rows.count + 2
      let left = columns.contains(0) ? right - 1 : right - columns.count + 2
      try #require(centres.indices.contains(top * 8 + left))
      centres[top * 8 + left] += 1
    }
    // Each pixel is as likely a centre as any: five standard errors around 2000/48.
    #expect(centres.allSatisfy { abs(Double($0) - 2000.0 / 48) < 33 })
  }

  @Test func severalOrNone() throws {
    let x = [Float](repeating: 1, count: 100)
    let covered = draws(Cutout(size: 1, holes: 4), of: x, [10, 10]).map { $0.count { $0 == 0 } }
    #expect(covered.max() == 4 && covered.allSatisfy { $0 >= 1 })
    #expect(Cutout(size: 3, probability: 0).applied(to: x, [10, 10]) == x)
  }

  /// Half of the side, rounded down, lies before the centre.
  @Test func evenSquaresBeginBeforeTheirCentre() {
    let x = [Float](repeating: 1, count: 64)
    let rows = Set(
      draws(Cutout(size: 4), of: x, [8, 8]).map { y in
        (0..<8).filter { row in y[row * 8..<row * 8 + 8].contains(0) }
      })
    let columns = Set(
      draws(Cutout(size: 4), of: x, [8, 8]).map { y in
        (0..<8).filter { column in (0..<8).contains { y[$0 * 8 + column] == 0 } }
      })
    let all: Set = [
      [0, 1], [0, 1, 2], [0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 6], [4, 5, 6, 7],
      [5, 6, 7],
    ]
    #expect(rows == all)
    #expect(columns == all)
  }

  @Test func someImagesStay() {
    let x = [Float](repeating: 1, count: 36)
    let stays = draws(Cutout(size: 2, probability: 0.75), of: x, [6, 6]).count { $0 == x }
    #expect(abs(stays - 100) < 44)
  }

  @Test func refuses() throws {
    #expect(throws: PluginError.self) { try Cutout(size: 1).check([9]) }
    #expect(throws: PluginError.self) { try Cutout(size: 16).check([1, 6, 8]) }
    try Cutout(size: 15).check([1, 6, 8])
  }
}
