import EspalierKernels
import Foundation
import Testing

@Suite struct RandomNumbers {
  func threefry(_ key: (UInt32, UInt32), _ counter: (UInt32, UInt32), _ rounds: Int32) -> [UInt32] {
    var out: [UInt32] = [0, 0]
    esp_threefry([key.0, key.1], [counter.0, counter.1], rounds, &out)
    return out
  }

  @Test func knownAnswers() {
    let ones = (UInt32.max, UInt32.max)
    let pi: (UInt32, UInt32) = (0x243f_6a88, 0x85a3_08d3)
    let more: (UInt32, UInt32) = (0x1319_8a2e, 0x0370_7344)
    #expect(threefry((0, 0), (0, 0), 20) == [0x6b20_0159, 0x99ba_4efe])
    #expect(threefry(ones, ones, 20) == [0x1cb9_96fc, 0xbb00_2be7])
    #expect(threefry(more, pi, 20) == [0xc492_3a9c, 0x483d_f7a0])
    #expect(threefry((0, 0), (0, 0), 13) == [0x9d1c_5ec6, 0x8bd5_0731])
    #expect(threefry(ones, ones, 13) == [0xfd36_d048, 0x2d17_272c])
    #expect(threefry(more, pi, 13) == [0xba3e_4725, 0xf27d_669e])
  }

  /// The numbers of a run must never change: checkpoints rely on them.
  @Test func fixedNumbers() {
    #expect(esp_random_bits(0, 0, 0, 0) == 0x506a_57f9_71ca_fdee)
    #expect(esp_random_bits(42, 7, 3, 1 << 40) == 0x89b5_9536_8df9_f31e)
    #expect(esp_random_normal(42, 7, 3, 5).bitPattern == 0x3ee0_fdd1)
  }

  @Test func scalarsEqualFills() {
    var u = [Float](repeating: 0, count: 5000)
    var z = u
    esp_fill_uniform(&u, 5000, 3, 1, 2, (1 << 32) - 2500, 0, 1)
    esp_fill_normal(&z, 5000, 3, 1, 2, (1 << 32) - 2500, 0, 1)
    for i in 0..<5000 {
      let index = UInt64(1 << 32) - 2500 + UInt64(i)
      #expect(
        u[i] == esp_random_uniform(3, 1, 2, index) && z[i] == esp_random_normal(3, 1, 2, index))
    }
  }

  @Test func uniformStatistics() {
    let n = 1_000_000
    var u = [Float](repeating: 0, count: n)
    esp_fill_uniform(&u, Int64(n), 1, 2, 3, 0, 0, 1)
    var bins = [Double](repeating: 0, count: 256)
    var sum = 0.0
    var square = 0.0
    var neighbour = 0.0
    for i in 0..<n {
      let x = Double(u[i])
      bins[Int(x * 256)] += 1
      sum += x
      square += x * x
      neighbour += (x - 0.5) * (Double(u[(i + 1) % n]) - 0.5)
    }
    #expect(u.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(sum / Double(n) - 0.5) < 0.0015 && abs(square / Double(n) - 1.0 / 3) < 0.0015)
    #expect(abs(neighbour / Double(n) * 12) < 0.005)
    let expected = Double(n) / 256
    let chi = bins.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(chi > 165 && chi < 360)  // 255 ± 4.6 deviations
  }

  @Test func normalStatistics() {
    let n = 1_000_000
    var z = [Float](repeating: 0, count: n)
    esp_fill_normal(&z, Int64(n), 5, 6, 7, 0, 0, 1)
    var m = [0.0, 0, 0, 0, 0]
    var inside = 0
    for x in z {
      var power = 1.0
      for k in 1...4 {
        power *= Double(x)
        m[k] += power / Double(n)
      }
      if abs(x) < 1 { inside += 1 }
    }
    #expect(abs(m[1]) < 0.005 && abs(m[2] - 1) < 0.008 && abs(m[3]) < 0.015 && abs(m[4] - 3) < 0.04)
    #expect(abs(Double(inside) / Double(n) - 0.682_689) < 0.0025)
    #expect(z.allSatisfy { abs($0) < 5.9 } && z.contains { $0 > 4 } && z.contains { $0 < -4 })
    // Box–Muller itself, from the words
    for i in 0..<2000 {
      let word = esp_random_bits(5, 6, 7, UInt64(i))
      let u = (Double(UInt32(truncatingIfNeeded: word) >> 8) + 1) / 16_777_216
      let v = Double(UInt32(word >> 32) >> 8) / 16_777_216
      #expect(abs(Double(z[i]) - sqrt(-2 * log(u)) * cos(2 * .pi * v)) < 2e-6)
    }
  }

  /// Neighbouring seeds, streams, steps and indices must look unrelated.
  @Test func noCorrelation() {
    func correlation(_ a: (Int) -> Float, _ b: (Int) -> Float) -> Double {
      let n = 100_000
      return (0..<n).reduce(0.0) { $0 + (Double(a($1)) - 0.5) * (Double(b($1)) - 0.5) } * 12
        / Double(n)
    }
    func u(_ seed: UInt64, _ stream: UInt32, _ step: UInt64) -> (Int) -> Float {
      { esp_random_uniform(seed, stream, step, UInt64($0)) }
    }
    let base = u(1, 1, 1)
    for other in [
      u(2, 1, 1), u(1, 2, 1), u(1, 1, 2), u(1 << 32 | 1, 1, 1), u(1, 1, 1 << 32 | 1),
      { base($0 + 1) },
    ] {
      #expect(abs(correlation(base, other)) < 0.015)
    }
  }

  @Test func rangesAndMoments() {
    var x = [Float](repeating: 0, count: 100_000)
    esp_fill_uniform(&x, 100_000, 1, 1, 1, 0, -3, 5)
    #expect(x.min()! >= -3 && x.max()! < 5 && abs(x.reduce(0, +) / 100_000 - 1) < 0.05)
    esp_fill_uniform(&x, 100_000, 1, 1, 1, 0, 1, Float(1).nextUp)
    #expect(x.allSatisfy { $0 == 1 })
    esp_fill_normal(&x, 100_000, 1, 1, 1, 0, 10, 0.5)
    #expect(abs(x.reduce(0, +) / 100_000 - 10) < 0.01)
  }

  @Test func permutations() {
    for n in [0, 1, 2, 10, 1000] {
      var p = [Int32](repeating: -1, count: n)
      esp_permutation(&p, Int32(n), 1, 2, 3)
      #expect(p.sorted() == (0..<Int32(n)).map { $0 })
    }
    // all orders of four equally often
    var counts: [[Int32]: Int] = [:]
    for step in 0..<24_000 {
      var p: [Int32] = [0, 0, 0, 0]
      esp_permutation(&p, 4, 9, 0, UInt64(step))
      counts[p, default: 0] += 1
    }
    #expect(counts.count == 24)
    let chi = counts.values.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
    #expect(chi < 55)  // 23 ± 4.7 deviations
  }
}
