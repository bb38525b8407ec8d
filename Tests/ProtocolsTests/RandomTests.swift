import EspalierConformance
import EspalierKernels
import EspalierProtocols
import Testing

@Suite struct RandomTests {
  /// Known answers of Random123 1.09, `kat_vectors`, threefry2x32.
  @Test func threefryKnownAnswers() {
    let ones: UInt32 = 0xffff_ffff
    let cases: [(Int, (UInt32, UInt32), (UInt32, UInt32), (UInt32, UInt32))] = [
      (13, (0, 0), (0, 0), (0x9d1c_5ec6, 0x8bd5_0731)),
      (13, (ones, ones), (ones, ones), (0xfd36_d048, 0x2d17_272c)),
      (20, (0, 0), (0, 0), (0x6b20_0159, 0x99ba_4efe)),
      (20, (ones, ones), (ones, ones), (0x1cb9_96fc, 0xbb00_2be7)),
      (20, (0x1319_8a2e, 0x0370_7344), (0x243f_6a88, 0x85a3_08d3), (0xc492_3a9c, 0x483d_f7a0)),
    ]
    for (rounds, key, counter, answer) in cases {
      #expect(CounterRandom.threefry(key, counter, rounds: rounds) == answer)
    }
  }

  @Test func theKernelsGiveTheSameBits() {
    let wide: [UInt64] = [0, 1, 41, 0xffff_ffff, 0x1_0000_0000, 0x1234_5678_9abc_def0, .max]
    for seed in wide {
      for step in wide {
        for stream in [0, 1, 0x4553_5021, UInt32.max] {
          let random = CounterRandom(seed: seed, stream: stream, step: step)
          for index in wide {
            #expect(random.bits(at: index) == esp_random_bits(seed, stream, step, index))
            #expect(
              random.value(.uniform, at: index).bitPattern
                == esp_random_uniform(seed, stream, step, index).bitPattern)
            let normal = esp_random_normal(seed, stream, step, index)
            #expect((random.value(.normal, at: index) - normal).magnitude < 1e-5)
          }
        }
      }
    }
  }

  @Test func sequencesAndForks() {
    var first = CounterRandom(seed: 5, stream: "order", step: 2)
    let whole = first
    #expect((0..<20).allSatisfy { first.next() == whole.bits(at: $0) })
    // Numbers of forks do not meet each other's, nor depend on what was drawn before.
    var seen = Set<UInt64>()
    for number in 0..<50 as Range<UInt64> {
      var a = first.fork(number)
      var b = whole.fork(number)
      for _ in 0..<50 {
        let value = a.next()
        #expect(value == b.next())
        seen.insert(value)
      }
    }
    #expect(seen.count == 2500)
    var other = CounterRandom(seed: 5, stream: "others", step: 2)
    #expect(other.next() != whole.bits(at: 0))
  }

  /// χ² over counts that should be equal.
  private func unevenness(_ counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  }

  @Test(arguments: [2, 3, 7, 10]) func wholeNumbersAreEquallyLikely(bound: Int) {
    var random = CounterRandom(seed: 9, stream: UInt32(bound))
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<20_000 { counts[random.integer(below: bound)] += 1 }
    // Fixed numbers: no chance of failing, and beyond 99.99 % for nine degrees of freedom.
    #expect(unevenness(counts) < 33)
  }

  @Test func permutationsAreEquallyLikely() {
    var random = CounterRandom(seed: 10, stream: 1)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<12_000 { counts[random.permutation(4), default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(unevenness(Array(counts.values)) < 60)
    #expect(random.permutation(1000).sorted() == Array(0..<1000))
    #expect(random.permutation(0) == [])
    #expect(random.permutation(1) == [0])
  }

  @Test func rangesAndMoments() {
    var random = CounterRandom(seed: 11, stream: 1)
    let uniform = (0..<10_000).map { _ in random.uniform(in: -2..<3) }
    #expect(uniform.allSatisfy { $0 >= -2 && $0 < 3 })
    #expect((uniform.reduce(0, +) / 10_000 - 0.5).magnitude < 0.05)
    let tiny = (0..<1000).map { _ in random.uniform(in: 1..<(1 as Float).nextUp) }
    #expect(tiny.allSatisfy { $0 == 1 })
    let normal = (0..<10_000).map { _ in Double(random.normal()) }
    #expect((normal.reduce(0, +) / 10_000).magnitude < 0.04)
    #expect((normal.reduce(0) { $0 + $1 * $1 } / 10_000 - 1).magnitude < 0.05)
  }

  /// A recorded random node has its own stream by place and order, and the run's step.
  @Test func recordedRandomNumbers() throws {
    func draw(seed: UInt64, step: UInt64) throws -> [String: [Double]] {
      try Evaluation.run(
        inputs: ["x": .init([8], [Double](repeating: 0, count: 8))],
        settings: .init(seed: seed, step: step)
      ) { recorder, t in
        ["a": t["x"]!.random(.uniform), "b": t["x"]!.random(.uniform)]
      }.mapValues(\.values)
    }
    let first = try draw(seed: 1, step: 1)
    #expect(try draw(seed: 1, step: 1) == first)
    #expect(first["a"] != first["b"])
    #expect(try draw(seed: 1, step: 2)["a"] != first["a"])
    #expect(try draw(seed: 2, step: 1)["a"] != first["a"])
  }
}
