import EspalierConformance
import EspalierProtocols
import EspalierReferences
import EspalierSelectors
import Testing

@Suite struct KBestTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/feature_selection", named: ["anova_f"]) {
      let transform = try KBest(.count(Int(reference.number("k")!))).fit(try reference.training())
      let expected = reference.outputs["f"]!
      let found = Evaluation.Array(expected.shape, transform.scores)
      #expect(reference.difference("f", found, expected, precision: .single) == nil)
      #expect(transform.kept.map(Double.init) == reference.outputs["best_k"]!.values)
    }
    for reference in try Oracle.cases("preprocessing/feature_selection", named: ["pearson"]) {
      let samples = try reference.training()
      let expected = reference.outputs["r"]!
      let freedom = Double(samples.count - 2)
      let transform = try KBest(1).fit(samples)
      // F = r²/(1 − r²)·(n − 2), solved for r.
      let found = zip(transform.scores, expected.values).map { f, r in
        (f / (f + freedom)).squareRoot() * (r < 0 ? -1 : 1)
      }
      #expect(
        reference.difference("r", .init(expected.shape, found), expected, precision: .single)
          == nil)
    }
  }

  @Test(arguments: ["wine", "diabetes"]) func realData(_ name: String) throws {
    let scores = try Scores(name)
    for (score, key) in [
      (KBest.Score.fTest, "f"), (.mutualInformation, "mutual_information"),
    ] {
      let transform = try KBest(4, score: score).fit(scores.training)
      #expect(agree(transform.scores, scores.numbers(key), within: 1e-4), "\(name) \(key)")
      #expect(transform.kept == scores.best(key, 4), "\(name) \(key)")
    }
  }

  @Test func numbersAndShares() throws {
    var values: [Double] = []
    for row in 0..<40 { values += [Double(row % 7), Double(row % 2), Double(row * row % 11)] }
    let samples = try training(
      values, width: 3, target: .classes(["a", "b"]), targets: (0..<40).map { Double($0 % 2) })
    // The second feature is the class itself: its F is infinite, and kept as a number.
    let one = try KBest(1).fit(samples)
    #expect(one.kept == [1])
    #expect(!one.scores.contains { !$0.isFinite })
    #expect(try KBest(0.7).fit(samples).kept.count == 2)
    #expect(try KBest(0.01).fit(samples).kept.count == 1)
    #expect(complaint { _ = try KBest(4).fit(samples) }.contains("3 are the most"))
    #expect(try FeatureCount.decode(.number(0.5)) == .share(0.5))
    #expect(try FeatureCount.decode(.integer(5)) == .count(5))
    for bad in [ConfigValue.integer(0), .number(1.5), .number(0), .text("half")] {
      #expect(throws: ValueProblem.self) { try FeatureCount.decode(bad) }
    }
  }

  @Test func whatNeverChangesScoresNothing() throws {
    var values: [Double] = []
    for row in 0..<30 { values += [4.1, Double(row)] }
    let tasks: [(TargetDescription, [Double])] = [
      (.classes(["a", "b"]), (0..<30).map { Double($0 / 15) }),
      (.values(["y"]), (0..<30).map { Double($0 * $0) }),
    ]
    for (target, targets) in tasks {
      let samples = try training(values, width: 2, target: target, targets: targets)
      for score in KBest.Score.allCases {
        let transform = try KBest(1, score: score).fit(samples)
        #expect(transform.scores[0] == 0 && transform.kept == [1])
      }
    }
  }

  @Test func tooLittleToTell() throws {
    let none = try training([1, 2], width: 1)
    let one = try training([1, 2], width: 1, target: .classes(["a", "b"]), targets: [0, 0])
    let few = try training([1, 2], width: 1, target: .values(["y"]), targets: [0, 1])
    #expect(complaint { _ = try KBest(1).fit(none) }.contains("needs targets"))
    #expect(complaint { _ = try KBest(1).fit(one) }.contains("needs two classes"))
    #expect(complaint { _ = try KBest(1).fit(few) }.contains("needs 3 training samples"))
    #expect(
      complaint { _ = try KBest(1, score: .mutualInformation).fit(none) }.contains("needs targets"))
  }

  /// What is too much to be held is counted, to the same scores.
  @Test func countsWhatItMayNotHold() throws {
    var random = CounterRandom(seed: 5, stream: "counted")
    let count = 2000
    var values: [Double] = []
    var (labels, amounts): ([Double], [Double]) = ([], [])
    for row in 0..<count {
      let x = Double(random.normal())
      values += [x, Double(row % 5), Double(random.normal()), 3, row % 2 == 0 ? 0 : -0.0]
      labels.append(x + Double(random.normal()) > 0 ? 1 : 0)
      amounts += [x * x, Double(row % 7)]
    }
    for (target, targets) in [
      (TargetDescription.classes(["a", "b"]), labels), (.values(["y", "z"]), amounts),
    ] {
      let samples = try training(values, width: 5, target: target, targets: targets)
      for bins in [4, 16] {
        let held = try MutualInformation(bins: bins).scores(samples)
        let counted = try MutualInformation(bins: bins, mostHeld: 0).scores(samples)
        #expect(counted == held)
        #expect(counted[0] > 0.05 && counted[3] == 0)
      }
    }
    let bad = try training(
      Array(values.dropLast(5)) + [1, 2, .nan, 3, 4], width: 5,
      names: ["p", "q", "r", "s", "t"], target: .values(["y", "z"]), targets: amounts)
    #expect(
      complaint { _ = try MutualInformation(bins: 4, mostHeld: 0).scores(bad) }.contains("`r`"))
  }
}
