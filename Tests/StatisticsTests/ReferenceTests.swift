import EspalierProtocols
import EspalierStatistics
import Foundation
import Testing

/// Numbers of `Tests/Fixtures/statistics/make.py`.
private struct References: Decodable {
  struct Samples: Decodable {
    let a: [Float]
    let b: [Float]
    let statistic: Double
    let p: Double
    let u: Double
    let p_greater: Double
    let area: Double
  }
  struct Distance: Decodable {
    let n: Int
    let d: Double
    let p: Double
  }
  struct Table: Decodable {
    let counts: [[Int]]
    let statistic: Double
    let freedom: Int
    let p: Double
  }
  struct Tail: Decodable {
    let x: Double
    let freedom: Int
    let p: Double
  }
  struct Correction: Decodable {
    let p: [Double]
    let corrected: [Double]
  }
  struct Components: Decodable {
    let x: [Float]
    let width: Int
    let scores: [Double]
  }
  let samples: [Samples]
  let distances: [Distance]
  let tables: [Table]
  let tails: [Tail]
  let corrections: [Correction]
  let components: Components

  static func load() throws -> References {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/statistics/tests.json")
    return try JSONDecoder().decode(References.self, from: Data(contentsOf: path))
  }
}

private func agree(_ a: Double, _ b: Double, relative: Double, absolute: Double = 1e-300) -> Bool {
  abs(a - b) <= max(relative * abs(b), absolute)
}

@Suite struct ReferenceTests {
  @Test func twoSamples() throws {
    for (number, sample) in try References.load().samples.enumerated() {
      let test = KolmogorovSmirnov(sample.a, sample.b)
      #expect(abs(test.statistic - sample.statistic) < 1e-12, "\(number)")
      #expect(
        agree(test.probability, sample.p, relative: 1e-5, absolute: 1e-9),
        "\(number): \(test.probability) \(sample.p)")
    }
  }

  /// By each of the ways in which the distribution is computed.
  @Test func distances() throws {
    for reference in try References.load().distances {
      let found = KolmogorovSmirnov.probability(of: reference.d, count: reference.n)
      #expect(
        agree(found, reference.p, relative: 1e-5, absolute: 1e-14),
        "n \(reference.n), d \(reference.d): \(found) \(reference.p)")
    }
  }

  @Test func ranks() throws {
    for (number, sample) in try References.load().samples.enumerated() {
      let test = RankTest(sample.a.map { Double($0) }, over: sample.b.map { Double($0) })
      #expect(abs(test.u - sample.u) < 1e-9, "\(number)")
      #expect(abs(test.area - sample.area) < 1e-12, "\(number)")
      #expect(
        agree(test.probability, sample.p_greater, relative: 1e-9),
        "\(number): \(test.probability) \(sample.p_greater)")
    }
  }

  @Test func tables() throws {
    for reference in try References.load().tables {
      let test = ChiSquare(reference.counts)
      #expect(agree(test.statistic, reference.statistic, relative: 1e-12, absolute: 1e-12))
      #expect(test.freedom == reference.freedom)
      #expect(
        agree(test.probability, reference.p, relative: 1e-10), "\(reference.counts) \(test)")
    }
  }

  @Test func tails() throws {
    for reference in try References.load().tails {
      let found = ChiSquare.upperTail(reference.x, freedom: reference.freedom)
      #expect(
        agree(found, reference.p, relative: 1e-9),
        "\(reference.x) \(reference.freedom): \(found) \(reference.p)")
    }
  }

  @Test func corrections() throws {
    for reference in try References.load().corrections {
      let found = HolmCorrection.corrected(reference.p)
      #expect(found.count == reference.p.count)
      for (a, b) in zip(found, reference.corrected) { #expect(abs(a - b) < 1e-15) }
    }
  }

  @Test func principalComponents() throws {
    let reference = try References.load().components
    let components = try PrincipalComponents(reference.x, width: reference.width, count: 3)
    #expect(components.count == 3)
    let scores = components.scores(of: reference.x)
    for (a, b) in zip(scores, reference.scores) { #expect(abs(abs(Double(a)) - b) < 1e-4) }
    // Weights of components are those of features: both give the same sums.
    let weights = [2.0, -1, 0.5]
    let back = components.weights(of: weights)
    func sum(_ row: Int) -> Double {
      (0..<reference.width).reduce(0) {
        $0 + back[$1] * Double(reference.x[row * reference.width + $1])
      }
    }
    for row in 1..<12 {
      let expected = (0..<3).reduce(0) {
        $0 + weights[$1] * Double(scores[row * 3 + $1] - scores[$1])
      }
      #expect(abs(sum(row) - sum(0) - expected) < 1e-4)
    }
  }

  @Test func whatCannotDiffer() {
    #expect(KolmogorovSmirnov([1, 1], [1, 1, 1]).probability == 1)
    #expect(ChiSquare([[3, 0], [9, 0]]).probability == 1)
    #expect(ChiSquare([[0, 0], [9, 2]]).probability == 1)
    #expect(RankTest([1, 1], over: [1, 1]).area == 0.5)
    #expect(RankTest([1, 1], over: [1, 1]).probability == 1)
  }
}
