import EspalierAugmentations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct CutMixTests {
  @Test func rectangleAndShares() {
    let zeros = [Float](repeating: 0, count: 12)
    let ones = [Float](repeating: 1, count: 12)
    var batch = MixingBatch(zeros + ones, [1, 3, 4], [1, 0, 0, 1])
    batch.change { CutMix().mix(&$0, rows: 1..<3, columns: 0..<2, partners: [1, 0]) }
    #expect(Array(batch.features[..<12]) == [0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0])
    #expect(Array(batch.features[12...]) == [1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1])
    // Four of twelve pixels.
    for (found, expected) in zip(batch.targets, [2.0 / 3, 1 / 3.0, 1 / 3.0, 2 / 3.0]) {
      #expect(abs(Double(found) - expected) < 1e-6)
    }
  }

  /// With α = 1 the share of the rectangle before it is cut off at the border is uniform.
  @Test func areasVaryAndTargetsFollow() {
    let zeros = [Float](repeating: 0, count: 64)
    let ones = [Float](repeating: 1, count: 64)
    var areas: [Double] = []
    for draw in 0..<1000 {
      var batch = MixingBatch(zeros + ones, [8, 8], [1, 0, 0, 1])
      var random = CounterRandom(seed: 7, stream: "areas").fork(UInt64(draw))
      batch.change { CutMix(alpha: 1, probability: 1).mix(&$0, random: &random) }
      let area = batch.features[..<64].reduce(0, +) / 64
      #expect(abs(batch.targets[1] - area) < 1e-6 || area == 0)
      areas.append(Double(area))
    }
    #expect(areas.max()! > 0.7)
    #expect(areas.filter { $0 > 0 }.count > 350)
    // ½ of them have another partner; E of the area with cut-off on 8×8 is near ¼ for those.
    let mean = areas.filter { $0 > 0 }.reduce(0, +) / Double(areas.filter { $0 > 0 }.count)
    #expect(mean > 0.2 && mean < 0.4)
  }

  /// With α = 1 a side of ⌊8√u⌋ pixels is k with probability ((k + 1)² − k²) / 64; ⌊k/2⌋ of them lie before
  /// the middle, which is any pixel.
  @Test func rectanglesLieAroundTheirMiddle() {
    var expected = [Double](repeating: 0, count: 8)
    for k in 0..<8 {
      var covered = [Double](repeating: 0, count: 8)
      for middle in 0..<8 {
        for place in 0..<8 where (-(k / 2)..<k - k / 2).contains(place - middle) {
          covered[place] += 1.0 / 8
        }
      }
      let share = covered.reduce(0, +) / 8
      for place in 0..<8 { expected[place] += Double(2 * k + 1) / 64 * covered[place] * share / 2 }
    }
    let count = 8000
    var rows = [Double](repeating: 0, count: 8)
    var columns = rows
    for draw in 0..<count {
      var batch = MixingBatch(
        [Float](repeating: 0, count: 64) + [Float](repeating: 1, count: 64), [8, 8], [1, 0, 0, 1])
      var random = CounterRandom(seed: 8, stream: "places").fork(UInt64(draw))
      batch.change { CutMix(alpha: 1, probability: 1).mix(&$0, random: &random) }
      for place in 0..<64 where batch.features[place] == 1 {
        rows[place / 8] += 1 / Double(8 * count)
        columns[place % 8] += 1 / Double(8 * count)
      }
    }
    // The standard error is below ½ · (what is covered of a row: 0.3) / √8000.
    for place in 0..<8 {
      #expect(abs(rows[place] - expected[place]) < 0.014, "row \(place)")
      #expect(abs(columns[place] - expected[place]) < 0.014, "column \(place)")
    }
  }

  @Test func channelsAreCutAlike() {
    let zeros = [Float](repeating: 0, count: 18)
    let ones = [Float](repeating: 1, count: 18)
    var batch = MixingBatch(zeros + ones, [3, 3, 2], [1, 0, 0, 1])
    batch.change { CutMix().mix(&$0, rows: 2..<3, columns: 1..<2, partners: [1, 0]) }
    let one: [Float] = [0, 0, 0, 0, 0, 1]
    #expect(Array(batch.features[..<18]) == one + one + one)
  }

  @Test func tablesAreNoImages() {
    #expect(throws: PluginError.self) { try CutMix().check([4]) }
  }
}
