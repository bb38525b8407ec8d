import EspalierProtocols
import EspalierSelectors
import Testing

@Suite struct ColumnSelectionTests {
  private func kept(_ selector: ColumnSelection, names: [String]) throws -> [Int] {
    try selector.fit(
      try training([Double](repeating: 1, count: 4), width: 4, names: names)
    ).kept
  }

  @Test func byName() throws {
    let names = ["age", "pixel_1", "pixel_2", "size"]
    #expect(try kept(ColumnSelection(keep: ["size", "pixel_*"]), names: names) == [1, 2, 3])
    #expect(try kept(ColumnSelection(drop: ["pixel_*"]), names: names) == [0, 3])
    #expect(try kept(ColumnSelection(keep: ["pixel_*"], drop: ["*_1"]), names: names) == [2])
    #expect(try kept(ColumnSelection(drop: ["0", "3"]), names: []) == [1, 2])
    #expect(try kept(ColumnSelection(), names: names) == [0, 1, 2, 3])
  }

  @Test func mistakes() {
    let names = ["age", "b", "c", "d"]
    let message = complaint { _ = try kept(ColumnSelection(keep: ["agee"]), names: names) }
    #expect(message.contains("keep: no feature is called `agee`; there are `age`, `b`"))
    #expect(
      complaint { _ = try kept(ColumnSelection(drop: ["*"]), names: names) }.contains("is kept"))
  }

  @Test func valuesNamesAndCategoriesTravel() throws {
    let description = DataDescription(
      sampleShape: [3], featureNames: ["a", "b", "c"], categories: [0: ["x"], 2: ["y", "z"]],
      target: .none)
    let transform = try FeatureSelection(3, keeping: [1, 2])
    let after = transform.description(after: description)
    #expect(after.featureNames == ["b", "c"] && after.categories == [1: ["y", "z"]])
    let input: [Float] = [1, 2, 3, 4, 5, 6]
    var output = [Float](repeating: 0, count: 4)
    input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { transform.apply(input, count: 2, to: $0) }
    }
    #expect(output == [2, 3, 5, 6])
  }

  @Test func refusesAnotherState() throws {
    let state = try FeatureSelection(3, keeping: [0, 2], scores: [3, 1, 2]).state
    func message(_ state: [String: TransformState], _ width: Int = 3) -> String {
      complaint { _ = try ColumnSelection().restore(state, sampleShape: [width]) }
    }
    #expect(message(state) == "")
    #expect(message(state, 2).contains("not for samples of 2 features"))
    for (name, values) in [
      ("features", [2, 0]), ("features", [0.5]), ("features", []), ("scores", [1]),
    ] as [(String, [Float])] {
      var other = state
      other[name] = TransformState([values.count], values)
      #expect(message(other) != "", "\(name) \(values)")
    }
  }
}
