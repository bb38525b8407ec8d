import EspalierAugmentations
import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct MixupTests {
  @Test func agreesWithTheReference() throws {
    let reference = try Oracle.cases("augmentation/mixing_and_noise", named: ["mixup"])[0]
    let x = reference.inputs["x"]!
    var batch = MixingBatch(
      x.values.map { Float($0) }, Shape([x.shape[1]]),
      reference.inputs["target"]!.values.map { Float($0) })
    batch.change { samples in
      Mixup().mix(
        &samples, share: Float(reference.number("lambda")!),
        partners: reference.inputs["permutation"]!.values.map { Int($0) })
    }
    for (name, found) in [("x", batch.features), ("target", batch.targets)] {
      let problem = reference.difference(
        name, .init(reference.outputs[name]!.shape, found.map { Double($0) }),
        reference.outputs[name]!, precision: .single)
      #expect(problem == nil, "\(problem ?? "")")
    }
  }

  @Test func weightsCountInTheShares() {
    var batch = MixingBatch([0, 1], [1], [1, 0, 0, 1], weights: [3, 1])
    batch.change { Mixup().mix(&$0, share: 0.75, partners: [1, 0]) }
    #expect(batch.features == [0.25, 0.75])
    // 0.75 · 3 of the first class and 0.25 · 1 of the second.
    #expect(batch.weights == [2.5, 1.5])
    #expect(abs(batch.targets[0] - 0.9) < 1e-6 && abs(batch.targets[1] - 0.1) < 1e-6)
    #expect(batch.targets[2] == 0.5 && batch.targets[3] == 0.5)
  }

  /// Beta(α, α) has the mean ½ and the variance 1 / (4 (2α + 1)).
  @Test(arguments: [0.2, 1, 4] as [Float]) func sharesAreOfTheBetaDistribution(_ alpha: Float) {
    let count = 40_000
    let mixup = Mixup(alpha: alpha)
    let shares = (0..<count).map { draw -> Double in
      var batch = MixingBatch([0, 1], [1], [1, 0, 0, 1])
      var random = CounterRandom(seed: 5, stream: "shares").fork(UInt64(draw))
      batch.change { mixup.mix(&$0, random: &random) }
      // Without a partner of its own a sample stays: the shares of the others are told by either.
      return batch.features == [0, 1] ? .nan : Double(batch.targets[0])
    }.filter { !$0.isNaN }
    let mean = shares.reduce(0, +) / Double(shares.count)
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count)
    let expected = 1 / (4 * (2 * Double(alpha) + 1))
    #expect(abs(shares.count - count / 2) < 500)
    #expect(abs(mean - 0.5) < 5 * (expected / Double(shares.count)).squareRoot())
    // The kurtosis is 3 − 6 / (2α + 3): five standard errors of the variance.
    let kurtosis = 3 - 6 / (2 * Double(alpha) + 3)
    #expect(abs(variance / expected - 1) < 5 * ((kurtosis - 1) / Double(shares.count)).squareRoot())
  }

  @Test func someBatchesStay() {
    let stays = (0..<400).filter { draw in
      var batch = MixingBatch([0, 1, 2, 3], [1], [1, 0, 0, 1, 1, 0, 0, 1])
      var random = CounterRandom(seed: 6, stream: "stays").fork(UInt64(draw))
      batch.change { Mixup(alpha: 1, probability: 0.25).mix(&$0, random: &random) }
      return batch.features == [0, 1, 2, 3]
    }.count
    // Of the mixed ones, 1 in 24 keeps every sample with itself.
    #expect(abs(Double(stays) - 400 * (0.75 + 0.25 / 24)) < 45)
  }
}
