import EspalierHost
import EspalierReferences
import Testing

@Suite struct SplitTests {
  private func check(_ split: Split, _ count: Int) {
    let all = split.training + split.validation + split.test
    #expect(all.count == count && Set(all) == Set(0..<count))
    for part in [split.training, split.validation, split.test] { #expect(part == part.sorted()) }
  }

  @Test func fractions() throws {
    let split = try Split(count: 103, validation: 0.2, test: 0.1, seed: 1)
    check(split, 103)
    #expect(split.validation.count == 21 && split.test.count == 10)
    #expect(try Split(count: 103, validation: 0.2, test: 0.1, seed: 1) == split)
    #expect(try Split(count: 103, validation: 0.2, test: 0.1, seed: 2) != split)
    let plain = try Split(count: 10, validation: 0.2, test: 0.1, shuffle: false, seed: 1)
    #expect(plain.training == Array(0..<7) && plain.validation == [7, 8] && plain.test == [9])
    #expect(try Split(count: 3, validation: 0, test: 0, seed: 0).training == [0, 1, 2])
  }

  @Test func stratifiedAgreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/splits", named: ["stratified_split"]) {
      let counts = reference.integers("class_counts")!
      let classes = counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
      for seed in 0..<5 as Range<UInt64> {
        let split = try Split(
          count: classes.count, validation: 0, test: reference.number("test_fraction")!,
          classes: classes, seed: seed)
        check(split, classes.count)
        #expect(abs(Double(split.test.count) - reference.outputs["test_size"]!.values[0]) <= 1)
        for (label, ideal) in reference.outputs["ideal_test_counts"]!.values.enumerated() {
          let found = split.test.filter { classes[$0] == label }.count
          #expect(abs(Double(found) - ideal) <= 1, "\(reference.id)")
        }
      }
    }
  }

  @Test func everyClassIsEverywhere() throws {
    // 97, 40, 3 and 1 samples of four classes.
    let classes = [97, 40, 3, 1].enumerated().flatMap { [Int](repeating: $0, count: $1) }
    for seed in 0..<10 as Range<UInt64> {
      let split = try Split(
        count: classes.count, validation: 0.1, test: 0.1, classes: classes, seed: seed)
      check(split, classes.count)
      for part in [split.training, split.validation, split.test] {
        #expect(Set(part.map { classes[$0] }).isSuperset(of: [0, 1, 2]))
      }
      #expect(split.training.contains { classes[$0] == 3 })
      #expect(abs(split.test.count - 14) <= 1 && abs(split.validation.count - 14) <= 1)
    }
  }

  @Test func sizesForManyMixtures() {
    // The size of a part is near its share whatever the classes are.
    for seed in 1..<200 {
      let groups = (0..<seed % 9 + 1).map { ($0 * 37 + seed * 11) % 50 + 1 }
      let total = groups.reduce(0, +)
      let sizes = Split.sizes(groups, shares: [0.15, 0.25])
      for (group, size) in zip(groups, sizes) {
        #expect(size[0] >= 0 && size[1] >= 0 && size[0] + size[1] < group)
      }
      let slack = Double(groups.count) + 1
      #expect(abs(Double(sizes.reduce(0) { $0 + $1[1] }) - Double(total) * 0.25) <= slack)
    }
  }

  @Test func refuses() {
    func message(_ count: Int, _ validation: Double, _ test: Double) -> String {
      complaint { _ = try Split(count: count, validation: validation, test: test, seed: 0) }
    }
    #expect(message(10, 0.01, 0).contains("no sample for validation"))
    #expect(message(10, 0.2, 0.01).contains("no sample for test"))
    #expect(message(10, 0.6, 0.5).contains("leave nothing"))
    #expect(message(10, 1, 0).contains("no share"))
    #expect(message(10, -0.1, 0).contains("no share"))
    #expect(message(10, .nan, 0).contains("no share"))
    #expect(message(0, 0, 0).contains("none for training"))
  }
}
