import EspalierHost
import EspalierReferences
import Testing

@Suite struct MemberPredictionsTests {
  private func close(
    _ found: [Double], _ name: String, _ reference: OracleCase, at line: Int = #line
  ) {
    let expected = reference.outputs[name]!.values
    #expect(found.count == expected.count, "\(name)")
    for (a, b) in zip(found, expected) {
      #expect(abs(a - b) <= reference.allowance(b), "\(reference.id) \(name): \(a), not \(b)")
    }
  }

  private func members(_ reference: OracleCase, _ name: String) -> [[Double]] {
    let all = reference.inputs[name]!
    let size = all.shape.dimensions.dropFirst().reduce(1, *)
    return (0..<all.shape[0]).map { Array(all.values[$0 * size..<($0 + 1) * size]) }
  }

  @Test func classificationAgreesWithTheReference() throws {
    let cases = try Oracle.cases("training_aids/ensembles", named: ["ensemble_classification"])
    #expect(!cases.isEmpty)
    for reference in cases {
      let all = members(reference, "probabilities")
      let width = reference.inputs["probabilities"]!.shape[2]
      let plain = MemberPredictions(all, width: width)
      let weighted = MemberPredictions(
        all, width: width, weights: reference.inputs["weights"]!.values)
      func labels(_ values: [Double]) -> [Double] {
        MemberPredictions.largest(values, width: width).map { Double($0) }
      }
      close(plain.votes(), "votes", reference)
      close(labels(plain.joined(.vote)), "hard_vote", reference)
      close(weighted.votes(), "weighted_votes", reference)
      close(labels(weighted.joined(.vote)), "weighted_hard_vote", reference)
      close(plain.joined(.mean), "mean_probability", reference)
      close(labels(plain.joined(.mean)), "soft_vote", reference)
      close(weighted.joined(.mean), "weighted_mean_probability", reference)
      close(labels(weighted.joined(.mean)), "weighted_soft_vote", reference)
      close(all.indices.flatMap { plain.ranks(of: $0) }, "ranks", reference)
      close(plain.meanRank(), "mean_rank", reference)
      close(labels(plain.joined(.meanRank)), "rank_vote", reference)
      // Shares of votes and of ranks are probabilities.
      for join in [EnsembleJoin.vote, .meanRank] {
        let joined = weighted.joined(join)
        for row in stride(from: 0, to: joined.count, by: width) {
          #expect(abs(joined[row..<row + width].reduce(0, +) - 1) < 1e-12)
        }
      }
    }
  }

  @Test func regressionAgreesWithTheReference() throws {
    let cases = try Oracle.cases("training_aids/ensembles", named: ["ensemble_regression"])
    #expect(!cases.isEmpty)
    for reference in cases {
      let all = members(reference, "predictions")
      close(MemberPredictions(all, width: 1).joined(.mean), "mean", reference)
      close(
        MemberPredictions(all, width: 1, weights: reference.inputs["weights"]!.values).joined(
          .mean),
        "weighted_mean", reference)
      close(MemberPredictions(all, width: 1).joined(.median), "median", reference)
    }
  }

  @Test func someHaveNoSay() {
    let all = [[0.9, 0.1, 0.2, 0.8], [0.3, 0.7, 0.4, 0.6], [0.1, 0.9, 0.6, 0.4]]
    let present = [[true, false], [true, false], [false, true]]
    let predictions = MemberPredictions(all, width: 2, present: present)
    #expect(
      zip(predictions.joined(.mean), [0.6, 0.4, 0.6, 0.4]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(predictions.joined(.vote) == [0.5, 0.5, 1, 0])
    #expect(
      zip(predictions.joined(.median), [0.6, 0.4, 0.6, 0.4]).allSatisfy { abs($0 - $1) < 1e-12 })
    let nobody = MemberPredictions(
      all, width: 2, present: Array(repeating: [false, true], count: 3))
    #expect(nobody.joined(.mean)[0].isNaN && !nobody.joined(.mean)[2].isNaN)
  }
}
