import EspalierKernels
import Testing

/// Numbers that repeat from run to run (a linear congruence is random enough for shapes and data).
struct Dice {
  var state: UInt64
  init(_ seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }
  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }
  mutating func pick(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }
  mutating func flip() -> Bool { below(2) == 1 }
  mutating func float() -> Float { Float(below(20001) - 10000) / 10000 }
  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }
}

/// A buffer between two zones that nobody may write.
final class Guarded {
  static let zone = 64
  let count: Int
  let memory: UnsafeMutableBufferPointer<Float>
  var base: UnsafeMutablePointer<Float> { memory.baseAddress! + Self.zone }

  init(_ values: [Float]) {
    count = values.count
    memory = .allocate(capacity: count + 2 * Self.zone)
    memory.initialize(repeating: 12345.678)
    for i in 0..<count { base[i] = values[i] }
  }

  deinit { memory.deallocate() }

  var values: [Float] { (0..<count).map { base[$0] } }

  var untouchedAround: Bool {
    (0..<Self.zone).allSatisfy {
      memory[$0] == 12345.678 && memory[count + Self.zone + $0] == 12345.678
    }
  }
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

func close(_ result: [Float], _ expected: [Double], _ scale: Double) -> Bool {
  zip(result, expected).allSatisfy { result, expected in
    if expected.isNaN { return result.isNaN }
    if expected.isInfinite { return Double(result) == expected }
    return abs(Double(result) - expected) <= 2e-6 * scale + 1e-6 * abs(expected)
  }
}

/// The instruction sets of this machine; tests that switch them or the threads run one after the other.
var instructionSets: [String] {
  let current = String(cString: esp_instruction_set())
  defer { esp_set_instruction_set(current) }
  return ["avx512", "avx2", "plain"].filter { esp_set_instruction_set($0) == 0 }
}

/// Runs `body` with each instruction set and with one, two and five threads; restores both.
func everyWay(_ body: (_ set: String, _ threads: Int) -> Void) {
  let set = String(cString: esp_instruction_set())
  let threads = esp_thread_count()
  for name in instructionSets {
    esp_set_instruction_set(name)
    for count in [1, 2, 5] {
      esp_set_thread_count(Int32(count))
      body(name, count)
    }
  }
  esp_set_instruction_set(set)
  esp_set_thread_count(threads)
}

@Suite(.serialized) struct KernelTests {}

struct Product {
  var m: Int, n: Int, k: Int
  var transposeA = false, transposeB = false, accumulate = false, relu = false, hasBias = false
  var slack = 0, batch = 1
  var precision: Int32 = 0
  var a: [Float] = [], b: [Float] = [], c: [Float] = [], bias: [Float] = []

  var lda: Int { (transposeA ? m : k) + slack }
  var ldb: Int { (transposeB ? k : n) + slack }
  var ldc: Int { n + slack }
  var sizes: (Int, Int, Int) { ((transposeA ? k : m) * lda, (transposeB ? n : k) * ldb, m * ldc) }

  mutating func fill(_ dice: inout Dice) {
    let (sa, sb, sc) = sizes
    a = dice.floats(sa * batch)
    b = dice.floats(sb * batch)
    c = dice.floats(sc * batch)
    bias = dice.floats(n)
  }

  func expected() -> [Double] {
    var out = c.map(Double.init)
    let (sa, sb, sc) = sizes
    for p in 0..<batch {
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for l in 0..<k {
            let x = a[p * sa + (transposeA ? l * lda + i : i * lda + l)]
            let y = b[p * sb + (transposeB ? j * ldb + l : l * ldb + j)]
            sum += Double(x) * Double(y)
          }
          if accumulate { sum += Double(c[p * sc + i * ldc + j]) }
          if hasBias { sum += Double(bias[j]) }
          out[p * sc + i * ldc + j] = relu && sum < 0 ? 0 : sum
        }
      }
    }
    return out
  }

  func run(counting: UnsafeMutablePointer<Int32>? = nil) -> (values: [Float], clean: Bool) {
    let ga = Guarded(a)
    let gb = Guarded(b)
    let gc = Guarded(c)
    let gbias = Guarded(bias)
    var g = esp_gemm()
    (g.m, g.n, g.k) = (m, n, k)
    (g.a, g.b, g.c) = (UnsafePointer(ga.base), UnsafePointer(gb.base), gc.base)
    (g.lda, g.ldb, g.ldc) = (lda, ldb, ldc)
    (g.transpose_a, g.transpose_b) = (transposeA ? 1 : 0, transposeB ? 1 : 0)
    g.accumulate = accumulate ? 1 : 0
    g.activation = relu ? 1 : 0
    g.precision = precision
    if hasBias { g.bias = UnsafePointer(gbias.base) }
    g.batch = batch
    (g.stride_a, g.stride_b, g.stride_c) = sizes
    var cover = Cover(counts: counting, columns: n)
    withUnsafeMutablePointer(to: &cover) { pointer in
      if counting != nil {
        g.block_context = UnsafeMutableRawPointer(pointer)
        g.block = countBlock
      }
      esp_gemm(&g)
    }
    return (gc.values, gc.untouchedAround)
  }
}

struct Cover {
  var counts: UnsafeMutablePointer<Int32>?
  var columns: Int
}

/// Blocks are disjoint, so plain increments do; two on one place would show as a count of two (or be lost as one).
let countBlock: esp_block_function = { context, row0, row1, column0, column1 in
  let cover = context!.load(as: Cover.self)
  for i in row0..<row1 { for j in column0..<column1 { cover.counts![i * cover.columns + j] += 1 } }
}

extension KernelTests {
  @Suite struct Gemm {
    static func check(_ product: Product) {
      let expected = product.expected()
      var first: [String: [UInt32]] = [:]
      everyWay { set, threads in
        let (values, clean) = product.run()
        #expect(clean, "writes outside: \(product.m)x\(product.n)x\(product.k) \(set)")
        #expect(
          close(values, expected, Double(product.k).squareRoot() + 1),
          "\(product.m)x\(product.n)x\(product.k) A\(product.transposeA) B\(product.transposeB) \(set)"
        )
        if let one = first[set] {
          #expect(one == bits(values), "\(product.m)x\(product.n)x\(product.k) \(set) \(threads)")
        }
        first[set] = bits(values)
      }
    }

    @Test func randomShapes() {
      var dice = Dice(1)
      for _ in 0..<120 {
        var product = Product(
          m: dice.pick(1...40), n: dice.pick(1...70), k: dice.pick(0...40), transposeA: dice.flip(),
          transposeB: dice.flip(), accumulate: dice.flip(), relu: dice.flip(), hasBias: dice.flip(),
          slack: dice.pick(0...3), batch: dice.pick(1...3))
        product.fill(&dice)
        Self.check(product)
      }
    }

    @Test(arguments: [
      (1, 300, 700), (1, 17, 9), (300, 1, 700), (5, 1, 33), (200, 10, 64), (64, 64, 1),
      (129, 97, 641),
      (33, 256, 300), (256, 32, 512), (3, 1024, 40), (90, 300, 0),
    ])
    func edges(_ m: Int, _ n: Int, _ k: Int) {
      var dice = Dice(UInt64(m * 7 + n))
      for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
        var product = Product(m: m, n: n, k: k, transposeA: a, transposeB: b)
        product.hasBias = dice.flip()
        product.relu = dice.flip()
        product.accumulate = dice.flip()
        product.fill(&dice)
        Self.check(product)
      }
    }

    @Test func stridesThatCollideInTheCache() {
      var dice = Dice(3)
      for (a, b) in [(false, false), (true, false), (false, true)] {
        var product = Product(m: 256, n: 256, k: 256, transposeA: a, transposeB: b)
        product.fill(&dice)
        Self.check(product)
      }
    }

    @Test func manySmallProducts() {
      var dice = Dice(4)
      var product = Product(m: 16, n: 24, k: 20, transposeB: true, batch: 200)
      product.fill(&dice)
      Self.check(product)
    }

    /// A row's result does not hang on the rows beside it: a sample alone gives what it gives in a batch.
    @Test func rowsAreIndependent() {
      var dice = Dice(5)
      for (n, k) in [(40, 700), (300, 90)] {
        var product = Product(m: 50, n: n, k: k)
        product.fill(&dice)
        everyWay { set, _ in
          let all = product.run().values
          for row in [0, 17, 49] {
            var one = Product(m: 1, n: n, k: k)
            one.a = Array(product.a[(row * k)..<((row + 1) * k)])
            (one.b, one.bias) = (product.b, product.bias)
            one.c = [Float](repeating: 0, count: n)
            #expect(
              bits(one.run().values) == bits(Array(all[(row * n)..<((row + 1) * n)])), "\(set)")
          }
        }
      }
    }

    @Test func blocksCoverExactlyOnce() {
      var dice = Dice(6)
      for (m, n, k, batch) in [
        (300, 200, 50, 1), (7, 5, 3, 1), (64, 64, 64, 9), (1, 500, 300, 1), (700, 1, 90, 1),
      ] {
        var product = Product(m: m, n: n, k: k, batch: batch)
        product.fill(&dice)
        everyWay { set, threads in
          let counts = UnsafeMutablePointer<Int32>.allocate(capacity: m * n * batch)
          defer { counts.deallocate() }
          counts.initialize(repeating: 0, count: m * n * batch)
          _ = product.run(counting: counts)
          #expect((0..<(m * n * batch)).allSatisfy { counts[$0] == 1 }, "\(set) \(threads)")
        }
      }
    }

    @Test func nanAndInfinityComeThrough() {
      var dice = Dice(7)
      for relu in [false, true] {
        for n in [1, 9, 40] {
          var product = Product(m: 20, n: n, k: 30, relu: relu, hasBias: true)
          product.fill(&dice)
          product.a[3 * 30 + 4] = .nan
          product.b[5 * n] = .infinity
          product.b[6 * n + n - 1] = -.infinity
          for i in 0..<20 where i != 7 { product.a[i * 30 + 5] = 1 }
          product.a[7 * 30 + 5] = 0
          let expected = product.expected()
          everyWay { set, _ in #expect(close(product.run().values, expected, 6), "\(set) \(n)") }
        }
      }
    }

    /// By default they may go to the platform's library: right, and the same bits for any thread count.
    @Test func largeProductsWithoutAChoiceOfInstructions() {
      let threads = esp_thread_count()
      defer { esp_set_thread_count(threads) }
      #expect(esp_set_instruction_set(nil) == 0)
      var dice = Dice(8)
      for (m, n, k) in [(300, 700, 200), (900, 40, 130)] {
        for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
          var product = Product(
            m: m, n: n, k: k, transposeA: a, transposeB: b, accumulate: dice.flip(),
            relu: dice.flip(), hasBias: dice.flip(), slack: dice.pick(0...3))
          product.fill(&dice)
          let expected = product.expected()
          var first: [UInt32]?
          for count in [1, 2, 5] {
            esp_set_thread_count(Int32(count))
            let (values, clean) = product.run()
            #expect(clean && close(values, expected, Double(k).squareRoot() + 1), "\(m)x\(n)x\(k)")
            #expect(first == nil || first == bits(values), "\(m)x\(n)x\(k), \(count) threads")
            first = bits(values)
          }
        }
      }
    }

    /// A set that was asked for does all products itself.
    @Test func noLibraryBesideAChosenSet() {
      #expect(esp_set_instruction_set("plain") == 0)
      #expect(esp_matrix_library() == nil)
      #expect(esp_set_instruction_set(nil) == 0)
      #expect(String(cString: esp_instruction_set()) != "plain" || instructionSets.count == 1)
    }

    @Test func unknownInstructionSet() {
      #expect(esp_set_instruction_set("abacus") == -1)
      #expect(["avx512", "avx2", "plain", "neon"].contains(String(cString: esp_instruction_set())))
    }
  }
}
