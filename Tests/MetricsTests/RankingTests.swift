import EspalierMetrics
import EspalierProtocols
import EspalierReferences
import Testing

/// Compares an output of the ranking cases, whole and in batches of three.
private func check(
  _ name: String, _ output: String, _ input: String, _ metric: any Metric
) throws {
  var compared = 0
  for reference in try Oracle.cases("metrics/ranking", named: [name]) {
    guard let expected = reference.outputs[output] else { continue }
    let scores = reference.inputs[input]!
    let width = scores.shape.rank == 1 ? 1 : scores.shape[1]
    for batch in [Int.max, 3] {
      let result = measure(
        metric, classes(max(width, 2)), predictions: scores.values,
        targets: reference.inputs["labels"]!.values, width: width, batch: batch)
      let problem = reference.difference(output, .init([], [result.number!]), expected)
      #expect(problem == nil, "\(reference.id): \(problem ?? "")")
    }
    compared += 1
  }
  #expect(compared > 0)
}

/// The columns of two classes from the scores of one.
private func bothColumns(_ scores: [Double]) -> [Double] { scores.flatMap { [1 - $0, $0] } }

@Suite struct ROCAUCTests {
  @Test func followsTheReference() throws {
    try check("ranking", "roc_auc", "scores", ROCAUC())
    try check("ranking_multiclass", "roc_auc_ovr_macro", "probabilities", ROCAUC())
    try check(
      "ranking_multiclass", "roc_auc_ovr_weighted", "probabilities", ROCAUC(average: .weighted))
  }

  @Test func oneClassAloneHasNoArea() throws {
    let reference = try #require(
      try Oracle.cases("metrics/ranking").first { $0.tags.contains("edge") })
    let result = measure(
      ROCAUC(), classes(2), predictions: reference.inputs["scores"]!.values,
      targets: reference.inputs["labels"]!.values, width: 1)
    #expect(result.number!.isNaN)
  }

  @Test func twoColumnsAreAsOne() {
    let scores = [0.25, 0.75, 0.5, 0.125]
    let truths: [Double] = [0, 1, 0, 1]
    let one = measure(ROCAUC(), classes(2), predictions: scores, targets: truths, width: 1)
    let two = measure(
      ROCAUC(), classes(2), predictions: bothColumns(scores), targets: truths, width: 2)
    #expect(one.number == 0.5 && two.number == 0.5)
  }

  @Test func scoresThatAreNoNumberHaveNoRank() {
    let result = measure(
      ROCAUC(), classes(2), predictions: [.nan, 0.5, 0.75], targets: [0, 0, 1], width: 1)
    #expect(result.number!.isNaN)
  }

  @Test func isUndefinedForNoSamples() { checkEmpty(ROCAUC(), classes(2), width: 1) }
}

@Suite struct PRAUCTests {
  @Test func followsTheReference() throws {
    try check("ranking", "average_precision", "scores", PRAUC())
  }

  @Test func severalClassesAreAveraged() throws {
    let reference = try #require(
      try Oracle.cases("metrics/ranking", named: ["ranking_multiclass"]).first)
    let probabilities = reference.inputs["probabilities"]!.values
    let labels = reference.inputs["labels"]!.values
    let single = (0..<3).map { number in
      measure(
        PRAUC(), classes(2),
        predictions: (0..<labels.count).map { probabilities[$0 * 3 + number] },
        targets: labels.map { $0 == Double(number) ? 1 : 0 }, width: 1
      ).number!
    }
    func area(_ average: RankAverage) -> Double {
      measure(
        PRAUC(average: average), classes(3), predictions: probabilities, targets: labels, width: 3
      ).number!
    }
    let counts = (0..<3).map { number in Double(labels.count { $0 == Double(number) }) }
    #expect(abs(area(.macro) - single.reduce(0, +) / 3) < 1e-12)
    let weighted = zip(single, counts).reduce(0) { $0 + $1.0 * $1.1 } / Double(labels.count)
    #expect(abs(area(.weighted) - weighted) < 1e-12)
    #expect(Set(counts).count > 1 && area(.macro) != area(.weighted))
  }

  @Test func withoutPositivesThereIsNoArea() {
    let result = measure(PRAUC(), classes(2), predictions: [0.5, 0.2], targets: [0, 0], width: 1)
    #expect(result.number!.isNaN)
  }

  @Test func isUndefinedForNoSamples() { checkEmpty(PRAUC(), classes(2), width: 1) }
}
