import EspalierProtocols
import Testing

@Suite struct RankedValuesTests {
  private func samples(_ values: [Float], width: Int) throws -> TrainingSamples {
    let dataset = try ArrayDataset(
      DataDescription(sampleShape: [width], target: .none), features: values, targets: [])
    return TrainingSamples(dataset, rows: SampleNumbers(0..<dataset.count))
  }

  /// Every place of features of several sorts, against a sort.
  @Test func agreesWithSorting() throws {
    var random = CounterRandom(seed: 3, stream: "ranks")
    let count = 3000
    var values: [Float] = []
    for row in 0..<count {
      values += [
        random.normal(), Float(row % 7) - 3, random.normal() * 1e-30,
        random.uniform(in: -1..<1) * 1e30,
        1e6 + random.normal(), row % 2 == 0 ? 0 : -0.0, Float(bitPattern: UInt32(row % 100)),
      ]
    }
    let width = 7
    let ranked = try RankedValues(samples(values, width: width), groupOf: Array(0..<width)) {
      Array(0..<$0)
    }
    #expect(ranked.notFinite == nil)
    for feature in 0..<width {
      let sorted = stride(from: feature, to: values.count, by: width).map { values[$0] }.sorted()
      #expect(ranked.groups[feature].count == count)
      #expect(ranked.groups[feature].values == sorted, "\(feature)")
    }
  }

  @Test func groupsAndWhatIsNotFinite() throws {
    let values: [Float] = [
      1, .nan, 30, 5,  //
      2, 20, .infinity, 5,  //
      4, 10, 40, 5,
    ]
    let ranked = try RankedValues(samples(values, width: 4), groupOf: [0, 1, 1, -1]) { count in
      [0, count - 1, 1]
    }
    #expect(ranked.groups.map(\.count) == [3, 4])
    #expect(ranked.groups[0].values == [1, 4, 2] && ranked.groups[1].values == [10, 40, 20])
    #expect(ranked.notFinite == 1)
    let empty = try RankedValues(samples([.nan, .nan], width: 1), groupOf: [0]) { _ in [0] }
    #expect(empty.groups[0].count == 0 && empty.groups[0].values.isEmpty)
  }

  @Test func quantiles() throws {
    let found = try RankedValues.quantiles(
      samples([4, 0, 1, 3, 2, 10, 11, 12, 13, 14].flatMap { [$0, .nan] }, width: 2),
      groupOf: [0, 1], shares: [0, 0.25, 0.5, 1])
    // Of 0 1 2 3 4 10 11 12 13 14 the places are 0, 2.25, 4.5 and 9.
    #expect(found.groups[0] == [0, 2.25, 7, 14])
    #expect(found.groups[1] == nil && found.notFinite == 1)
  }

  /// So many features that they are counted in several portions.
  @Test func portions() throws {
    let width = 1500
    let values = (0..<5 * width).map { Float(($0 / width * 37 + $0 % width * 11) % 101) }
    let ranked = try RankedValues(samples(values, width: width), groupOf: Array(0..<width)) { _ in
      [0, 2, 4]
    }
    for feature in 0..<width {
      let sorted = (0..<5).map { values[$0 * width + feature] }.sorted()
      #expect(ranked.groups[feature].values == [sorted[0], sorted[2], sorted[4]])
    }
  }
}
