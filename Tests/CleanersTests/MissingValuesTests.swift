import EspalierCleaners
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct MissingValuesTests {
  @Test func agreesWithTheReference() throws {
    let cases = try Oracle.cases("preprocessing/cleaning", named: ["impute"])
    #expect(cases.count == 3)
    for reference in cases {
      let strategy = try #require(MissingValues.Strategy(rawValue: reference.text("strategy")!))
      let x = reference.inputs["x"]!
      let transform = try MissingValues(strategy).fit(try training(x))
      for (name, found) in [
        ("statistics", transform.fitted("values")), ("y", transform.applied(to: x)),
      ] {
        let problem = reference.difference(
          name, found, reference.outputs[name]!, precision: .single)
        #expect(problem == nil, "\(reference.id)")
      }
    }
  }

  @Test func medianOfManyIsThatOfTheSorted() throws {
    // More than a handful, which are sorted, and in an order that misleads the choice of pivots.
    for count in [40, 101, 5000] {
      let values = (0..<count).map { Float(($0 * 7919) % 613) - 300 }
      let transform = try MissingValues(.median).fit(try table(values.map { [$0] }).training)
      let sorted = values.sorted()
      let expected = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
      #expect(transform.fitted("values").values == [Double(expected)], "\(count)")
    }
  }

  @Test func constantAndIndicators() throws {
    let data = try table([[1, .nan], [3, 4], [.nan, 6]], names: ["age", "size"])
    let transform = try MissingValues(.constant, value: -1, indicators: true).fit(data.training)
    #expect(
      transform.applied(to: [[.nan, 2], [5, .nan]]) == [[-1, 2, 1, 0], [5, -1, 0, 1]])
    let after = transform.description(after: data.description)
    #expect(after.featureNames == ["age", "size", "age_missing", "size_missing"])
    // Only features that lack values in training get one.
    let one = try MissingValues(.mean, indicators: true).fit(
      try table([[1, .nan], [3, 4]]).training)
    #expect(one.outputShape == [3])
    #expect(one.applied(to: [[.nan, .nan]]) == [[2, 4, 1]])
  }

  @Test func chosenFeaturesAlone() throws {
    let data = try table([[1, 2], [3, 6]], names: ["age", "size"])
    let transform = try MissingValues(.mean, features: ["a*"]).fit(data.training)
    #expect(same(transform.applied(to: [[.nan, .nan]]), [[2, .nan]]))
    #expect(
      complaint { _ = try MissingValues(.mean, features: ["weight"]).fit(data.training) }
        .contains("no feature is called `weight`"))
  }

  @Test func categoriesGetTheirMostFrequentLevel() throws {
    let data = try table(
      [[0, 10], [2, 20], [2, 60], [.nan, .nan]], categories: [0: ["a", "b", "c"]])
    for strategy in [MissingValues.Strategy.mean, .median] {
      let transform = try MissingValues(strategy).fit(data.training)
      #expect(
        transform.applied(to: [[.nan, .nan]]) == [[2, strategy == .mean ? 30 : 20]])
      #expect(transform.description(after: data.description).categories[0] == ["a", "b", "c"])
    }
  }

  @Test func dropLeavesSamplesOut() throws {
    let data = try table([[1, 2], [.nan, 2], [3, 4], [5, .nan]], names: ["a", "b"])
    func left(_ cleaner: MissingValues) throws -> [Int] {
      try cleaner.exclusion(from: data.source, beside: nil).samples
    }
    #expect(try left(MissingValues(.drop)) == [1, 3])
    #expect(try left(MissingValues(.drop, features: ["b"])) == [3])
    #expect(try left(MissingValues(.mean)) == [])
    let transform = try MissingValues(.drop).fit(data.training)
    #expect(
      try MissingValues(.drop).exclusion(from: data.training, fitted: transform).samples == [1, 3])
  }

  @Test func whatCannotBeFilledIn() throws {
    let data = try table([[1, .nan], [2, .nan]], names: ["age", "size"])
    for strategy in [MissingValues.Strategy.mean, .median, .mostFrequent] {
      #expect(
        complaint { _ = try MissingValues(strategy).fit(data.training) }
          .contains("`size` has no value in the training data"))
    }
    #expect(
      try MissingValues(.constant).fit(data.training).applied(to: [[1, .nan]]) == [[1, 0]])
    #expect(complaint { try MissingValues(.mean, value: 1).validate() }.contains("takes no value"))
    #expect(
      complaint { try MissingValues(.drop, indicators: true).validate() }.contains("indicators"))
    let images = try ArrayDataset(
      DataDescription(sampleShape: [1, 1, 2], target: .none), features: [1, .nan, 3, 4],
      targets: [])
    #expect(
      complaint { _ = try MissingValues(.mean, indicators: true).fit(images.training) }
        .contains("rows of features"))
  }

  @Test func refusesAnotherState() throws {
    let state = try MissingValues().fit(try table([[1, 2], [3, .nan]]).training).state
    #expect(complaint { _ = try MissingValues().restore(state, sampleShape: [1]) } != "")
    #expect(complaint { _ = try MissingValues().restore(state, sampleShape: [2]) } == "")
  }
}
