import EspalierProtocols
import EspalierSelectors
import Testing

@Suite struct CorrelationFilterTests {
  @Test func laterOnesGo() throws {
    // The second is −2 times the first, the third is constant, the last has r = 0.8 with the first.
    let rows: [[Double]] = [
      [1, -2, 5, 2], [2, -4, 5, 1], [3, -6, 5, 4], [4, -8, 5, 3], [5, -10, 5, 5],
    ]
    let samples = try training(rows.flatMap { $0 }, width: 4, names: ["a", "b", "c", "d"])
    let strict = try CorrelationFilter(threshold: 0.79).fit(samples)
    #expect(strict.kept == [0, 2])
    #expect(abs(strict.scores[3] - 0.8) < 1e-6 && abs(strict.scores[1] - 1) < 1e-6)
    let transform = try CorrelationFilter(threshold: 0.81).fit(samples)
    #expect(transform.kept == [0, 2, 3])
    #expect(transform.description(after: samples.description).featureNames == ["a", "c", "d"])
  }

  @Test func onlyKeptOnesCount() throws {
    // b ~ a, c ~ b, but c is not like a: with b gone, c stays.
    var values: [Double] = []
    for row in 0..<200 {
      let (a, other) = (Double(row % 10), Double(row / 20))
      values += [a, a + 0.6 * other, a + 2 * other]
    }
    #expect(
      try CorrelationFilter(threshold: 0.7).fit(try training(values, width: 3)).kept == [0, 2])
  }

  /// Three columns without correlation, and one like the second.
  @Test func anyTwoAreCompared() throws {
    let rows: [Double] = (0..<8).flatMap { row in
      let columns = [4, 2, 1].map { row & $0 == 0 ? 1.0 : -1 }
      return columns + [2 * columns[1]]
    }
    let selection = try CorrelationFilter(threshold: 0.9).fit(try training(rows, width: 4))
    #expect(selection.kept == [0, 1, 2])
    #expect(abs(selection.scores[3] - 1) < 1e-6 && abs(selection.scores[2]) < 1e-6)
  }
}
