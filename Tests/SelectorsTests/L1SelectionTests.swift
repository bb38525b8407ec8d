import EspalierProtocols
import EspalierSelectors
import Testing

@Suite struct L1SelectionTests {
  @Test(arguments: ["wine", "diabetes"]) func agreesWithScikitLearn(_ name: String) throws {
    let scores = try Scores(name)
    let transform = try L1Selection(strength: scores.number("strength")).fit(scores.training)
    let expected = scores.numbers("greatest_weight")
    #expect(agree(transform.scores, expected, within: 2e-2), "\(transform.scores)")
    #expect(transform.kept == expected.indices.filter { expected[$0] > 0 })
  }

  @Test(arguments: ["wine", "diabetes"]) func asManyAsAsked(_ name: String) throws {
    let scores = try Scores(name)
    for k in [1, 3, 6] {
      #expect(try L1Selection(k: .count(k)).fit(scores.training).kept.count == k)
    }
    #expect(try L1Selection(k: 0.5).fit(scores.training).kept.count == (name == "wine" ? 7 : 5))
  }

  @Test func oneOfTwoEqualFeaturesAndNoConstant() throws {
    var values: [Double] = []
    for row in 0..<50 { values += [Double(row % 9), 3, Double(row * 7 % 13)] }
    let targets = (0..<50).map { Double($0 % 9) * 2 - 5 }
    let samples = try training(values, width: 3, target: .values(["y"]), targets: targets)
    let transform = try L1Selection(strength: 0.2).fit(samples)
    // y is the first feature, standardized: soft-thresholded, its weight is 1 − 0.2.
    #expect(transform.kept == [0])
    #expect(abs(transform.scores[0] - 0.8) < 1e-3)
  }

  @Test func strengthAboveAllWeights() throws {
    let scores = try Scores("diabetes")
    let message = complaint { _ = try L1Selection(strength: 2).fit(scores.training) }
    // The greatest correlation of a feature with the value.
    #expect(message.contains("from a strength of 0.58"))
    let both = {
      var selector = L1Selection(strength: 1)
      selector.k = 2
      return selector
    }()
    #expect(complaint { try both.validate() }.contains("one of the two"))
    #expect(
      complaint { _ = try L1Selection().fit(try training([1, 2], width: 1)) }
        .contains("needs targets"))
  }

  /// Of more samples than may be held a part tells the same features.
  @Test func aPartOfTheSamples() throws {
    var random = CounterRandom(seed: 1, stream: "part")
    var values: [Double] = []
    var labels: [Double] = []
    for _ in 0..<4000 {
      let row = (0..<6).map { _ in Double(random.normal()) }
      values += row
      labels.append(2 * row[1] - row[4] > 0 ? 1 : 0)
    }
    let samples = try training(
      values, width: 6, target: .classes(["a", "b"]), targets: labels)
    var selection = L1Selection(k: 2)
    let whole = try selection.fit(samples)
    selection.mostHeld = 6 * 1000
    let part = try selection.fit(samples)
    #expect(whole.kept == [1, 4] && part.kept == [1, 4])
    // Other samples give other weights; the same part gives the same.
    #expect(part.scores != whole.scores)
    #expect(try selection.fit(samples).scores == part.scores)
  }
}
