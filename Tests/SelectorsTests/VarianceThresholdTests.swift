import EspalierConformance
import EspalierProtocols
import EspalierReferences
import EspalierSelectors
import Testing

@Suite struct VarianceThresholdTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases(
      "preprocessing/feature_selection", named: ["variance_threshold"])
    {
      let selector = VarianceThreshold(threshold: reference.number("threshold")!)
      let transform = try selector.fit(try reference.training())
      let expected = reference.outputs["variances"]!
      let found = Evaluation.Array(expected.shape, transform.scores)
      #expect(reference.difference("variances", found, expected, precision: .single) == nil)
      #expect(transform.kept.map(Double.init) == reference.outputs["kept"]!.values)
    }
  }

  @Test func whatNeverChangesIsLeftOut() throws {
    // Sums of 0.1 as a float round; a variance about their mean would not be zero.
    var values: [Double] = []
    for row in 0..<1000 { values += [0.1, Double(row), 1e8] }
    let samples = try training(values, width: 3, names: ["flat", "time", "large"])
    let transform = try VarianceThreshold().fit(samples)
    #expect(transform.kept == [1])
    #expect(transform.description(after: samples.description).featureNames == ["time"])
    let message = complaint { _ = try VarianceThreshold(threshold: 1e6).fit(samples) }
    #expect(message.contains("no feature has a variance above 1000000; the greatest is 83333.25"))
    #expect(
      complaint { _ = try VarianceThreshold().fit(try training([.nan, 1], width: 1)) }
        .contains("not finite"))
  }
}
