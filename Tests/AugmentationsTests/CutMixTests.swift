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

  @Test func tablesAreNoImages() {
    #expect(throws: PluginError.self) { try CutMix().check([4]) }
  }
}
