import EspalierCleaners
import EspalierProtocols
import Testing

@Suite struct DuplicatesTests {
  private let classes = TargetDescription.classes(["a", "b"])

  private func exclusion(
    _ cleaner: Duplicates, _ data: ArrayDataset, beside training: ArrayDataset? = nil
  ) throws -> Exclusion {
    try cleaner.exclusion(from: data.source, beside: training?.source)
  }

  @Test func theFirstStays() throws {
    let data = try table(
      [[1, 2], [3, 4], [1, 2], [.nan, 0], [.nan, -0.0], [2, 1], [1, 2]], target: classes,
      targets: [0, 1, 0, 0, 0, 0, 0])
    #expect(try exclusion(Duplicates(), data).samples == [2, 4, 6])
    #expect(try exclusion(Duplicates(), data).note == nil)
    let values = try table([[1], [1], [1]], target: .values(["y"]), targets: [1.5, 2.5, 1.5])
    #expect(try exclusion(Duplicates(), values).samples == [2])
  }

  @Test func conflicts() throws {
    let data = try table(
      [[1], [2], [1], [1], [3], [1]], target: classes, targets: [0, 0, 1, 0, 1, 1])
    let kept = try exclusion(Duplicates(), data)
    // Samples 3 and 5 are there already; 0 and 2 contradict each other.
    #expect(kept.samples == [3, 5])
    #expect(kept.note?.contains("2 samples have the features of another") == true)
    #expect(try exclusion(Duplicates(conflicts: .drop), data).samples == [0, 2, 3, 5])
    let message = complaint { _ = try exclusion(Duplicates(conflicts: .error), data) }
    #expect(message.contains("sample 2 has the features of sample 0 and another target"))
  }

  @Test func whatTrainingHasIsLeftOutOfOthers() throws {
    let training = try table([[1], [2], [3]], target: classes, targets: [0, 1, 0])
    let test = try table([[2], [4], [1], [4]], target: classes, targets: [1, 0, 1, 0])
    #expect(try exclusion(Duplicates(), test, beside: training).samples == [0, 3])
    #expect(
      try exclusion(Duplicates(acrossSources: false), test, beside: training).samples == [3])
  }

  @Test func orderAndPlaceMatter() throws {
    // Sums and sets of numbers are equal here, samples are not.
    let data = try table([[1, 2, 3], [3, 2, 1], [2, 2, 2], [1, 3, 2], [0, 0, 6], [0, 6, 0]])
    #expect(try exclusion(Duplicates(), data).samples == [])
  }

  @Test func manySamplesInLittleTime() throws {
    let rows = (0..<200_000).map { [Float($0 % 150_000), Float($0 % 7 == 0 ? 0 : 1)] }
    let data = try table(rows)
    var seen: Set<[Float]> = []
    let expected = rows.indices.filter { !seen.insert(rows[$0]).inserted }
    let clock = ContinuousClock()
    var found: [Int] = []
    let time = try clock.measure { found = try exclusion(Duplicates(), data).samples }
    #expect(found == expected)
    #expect(time < .seconds(2))
  }

  /// Samples that are compared a few at a time are found like those that are compared at once.
  @Test func severalPasses() throws {
    let rows = (0..<500).map { [Float($0 * 31 % 95), Float($0 % 5)] }
    let data = try table(rows, target: classes, targets: (0..<500).map { Float($0 % 4 / 3) })
    let beside = try table(
      Array(rows[100..<140]), target: classes, targets: (100..<140).map { Float($0 % 4 / 3) })
    for conflicts in [Duplicates.Conflicts.keep, .drop] {
      let once = Duplicates(conflicts: conflicts)
      var often = once
      often.samplesAtOnce = 37
      let expected = try exclusion(once, data, beside: beside)
      let found = try exclusion(often, data, beside: beside)
      #expect(!expected.samples.isEmpty && found.samples == expected.samples)
      #expect(found.note == expected.note)
    }
    var strict = Duplicates(conflicts: .error)
    let message = complaint { _ = try exclusion(strict, data) }
    strict.samplesAtOnce = 50
    #expect(message.contains("has the features of"))
    #expect(complaint { _ = try exclusion(strict, data) } == message)
  }
}
