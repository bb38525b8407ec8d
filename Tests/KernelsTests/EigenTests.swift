import EspalierKernels
import Testing

extension KernelTests.Fused {
  /// A symmetric matrix with these eigenvalues: two random reflections of a diagonal one.
  static func symmetric(_ values: [Double], seed: UInt64) -> [Double] {
    let n = values.count
    var a = [Double](repeating: 0, count: n * n)
    for i in 0..<n { a[i * n + i] = values[i] }
    for round in 0..<2 {
      var v = (0..<n).map { Double(esp_random_normal(seed, UInt32(round), 0, UInt64($0))) }
      let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      v = v.map { $0 / norm }
      for columns in [false, true] {  // rows, then columns: H·A·H
        for i in 0..<n {
          let at = { (j: Int) in columns ? j * n + i : i * n + j }
          let dot = (0..<n).reduce(0.0) { $0 + a[at($1)] * v[$1] }
          for j in 0..<n { a[at(j)] -= 2 * dot * v[j] }
        }
      }
    }
    return a
  }

  @Test func eigenvalues() {
    func spectra(_ n: Int) -> [[Double]] {
      [
        (0..<n).map { Double($0) - Double(n) / 3 },
        (0..<n).map { k in (0..<k * 12 / n).reduce(1.0) { x, _ in x * 0.1 } },  // graded
        (0..<n).map { Double($0 / max(n / 4, 1)) },  // repeated, and zeros
        (0..<n).map { $0 < n / 2 ? 0 : 1e-200 * Double($0) },
        (0..<n).map { $0 % 2 == 0 ? 1e200 : -1e200 },
        [Double](repeating: 0, count: n),
      ]
    }
    onEveryInstructionSet {
      for n in [1, 2, 3, 10, 64, 65] + (instructionLevel() == 2 ? [210] : []) {
        for (kind, spectrum) in spectra(n).enumerated() {
          let a = KernelTests.Fused.symmetric(spectrum, seed: UInt64(n))
          var vectors = a
          var values = [Double](repeating: 0, count: n)
          #expect(esp_symmetric_eigen(&vectors, &values, Int32(n)) == 0)
          let norm = spectrum.map(abs).max()!
          let tolerance = 1e-13 * norm
          for (x, y) in zip(values, spectrum.sorted(by: >)) {
            #expect(abs(x - y) <= tolerance, "\(kind) n \(n)")
          }
          var residual = 0.0
          var product = 0.0
          for k in stride(from: 0, to: n, by: n > 100 ? 17 : 1) {
            for i in 0..<n {
              var s = 0.0
              var t = 0.0
              for j in 0..<n {
                s += a[i * n + j] * vectors[k * n + j]
                t += vectors[i * n + j] * vectors[k * n + j]
              }
              residual = max(residual, abs(s - values[k] * vectors[k * n + i]))
              product = max(product, abs(t - (i == k ? 1 : 0)))
            }
            let row = vectors[k * n..<(k + 1) * n]
            #expect(row.map(abs).max()! == row.max()!)
          }
          #expect(
            residual <= tolerance && product < 1e-13,
            "\(kind) n \(n): \(residual / norm), \(product)")
        }
      }
    }
  }

  @Test func largeCovariance() {
    // rank 100 of 784 columns: 684 eigenvalues are zero
    let rows = 101
    let n = 784
    let x = numbers(rows * n, stream: 60)
    var mean = [Double](repeating: 0, count: n)
    var a = [Double](repeating: 0, count: n * n)
    #expect(esp_covariance(x, Int64(rows), Int64(n), &mean, &a) == 0)
    let trace = (0..<n).reduce(0.0) { $0 + a[$1 * n + $1] }
    var vectors = a
    var values = mean
    #expect(esp_symmetric_eigen(&vectors, &values, Int32(n)) == 0)
    #expect(abs(values.reduce(0, +) - trace) < 1e-11 * trace)
    #expect(values[99] > 1e-3 && values[100...].allSatisfy { abs($0) < 1e-13 * values[0] })
    // V·A·Vᵀ is diagonal
    var va = a
    var all = a
    let size = Int64(n)
    esp_matmul_double(&va, vectors, a, size, size, size)
    var transposed = vectors
    for i in 0..<n { for j in 0..<n { transposed[j * n + i] = vectors[i * n + j] } }
    esp_matmul_double(&all, va, transposed, size, size, size)
    var worst = 0.0
    for i in 0..<n {
      for j in 0..<n { worst = max(worst, abs(all[i * n + j] - (i == j ? values[i] : 0))) }
    }
    #expect(worst < 1e-12 * values[0])
  }

  @Test func eigenRefuses() {
    for bad in [Double.nan, .infinity] {
      var a = [1, 0, bad, 1]
      var values = [0.0, 0.0]
      #expect(esp_symmetric_eigen(&a, &values, 2) == -1)
    }
    var none: [Double] = []
    var values: [Double] = []
    #expect(esp_symmetric_eigen(&none, &values, 0) == 0)
  }

  @Test func covariance() {
    onEveryInstructionSet {
      for (rows, n) in [(2, 1), (50, 3), (301, 40), (1000, 65)] {
        // an offset a thousand times the spread: the shift keeps the digits
        let x = numbers(rows * n, stream: 61).map { $0 + 1000 }
        var mean = [Double](repeating: 0, count: n)
        var a = [Double](repeating: 0, count: n * n)
        #expect(esp_covariance(x, Int64(rows), Int64(n), &mean, &a) == 0)
        let truth = (0..<n).map { c in
          (0..<rows).reduce(0.0) { $0 + Double(x[$1 * n + c]) } / Double(rows)
        }
        for i in 0..<n {
          #expect(abs(mean[i] - truth[i]) < 1e-9)
          for j in 0..<n {
            let v = (0..<rows).reduce(0.0) {
              $0 + (Double(x[$1 * n + i]) - truth[i]) * (Double(x[$1 * n + j]) - truth[j])
            }
            #expect(abs(a[i * n + j] - v / Double(rows - 1)) < 1e-10)
          }
        }
        // the same in pieces
        var sum = [Double](repeating: 0, count: n)
        var square = [Double](repeating: 0, count: n * n)
        let shift = [Double](repeating: 1000, count: n)
        let half = rows / 2
        x.withUnsafeBufferPointer { p in
          _ = esp_covariance_add(p.baseAddress!, Int64(half), Int64(n), shift, &sum, &square)
          _ = esp_covariance_add(
            p.baseAddress! + half * n, Int64(rows - half), Int64(n), shift, &sum, &square)
        }
        esp_covariance_finish(Int64(rows), Int64(n), shift, 1, &sum, &square)
        for i in a.indices { #expect(abs(a[i] - square[i]) < 1e-10) }
        for i in 0..<n { #expect(abs(mean[i] - sum[i]) < 1e-9) }
      }
    }
  }

  @Test func products() {
    onEveryInstructionSet {
      for (m, n, k) in [(1, 1, 1), (8, 24, 5), (13, 29, 300), (70, 50, 130), (3, 4, 0)] {
        let a = numbers(m * k, stream: 62).map(Double.init)
        let b = numbers(k * n, stream: 63).map(Double.init)
        var c = [Double](repeating: 9, count: m * n)
        esp_matmul_double(&c, a, b, Int64(m), Int64(n), Int64(k))
        for i in 0..<m {
          for j in 0..<n {
            #expect(
              abs(c[i * n + j] - (0..<k).reduce(0.0) { $0 + a[i * k + $1] * b[$1 * n + j] }) < 1e-11
            )
          }
        }
      }
    }
  }

  @Test func cholesky() {
    let n = 30
    let a = KernelTests.Fused.symmetric((0..<n).map { Double($0) + 0.5 }, seed: 8)
    var l = a
    #expect(esp_cholesky(&l, Int64(n)) == 0)
    for i in 0..<n {
      for j in 0..<n {
        #expect(
          abs((0..<n).reduce(0.0) { $0 + l[i * n + $1] * l[j * n + $1] } - a[i * n + j]) < 1e-11)
        if j > i { #expect(l[i * n + j] == 0) }
      }
    }
    let b = numbers(n * 3, stream: 64).map(Double.init)
    var x = b
    esp_cholesky_solve(l, &x, Int64(n), 3)
    for i in 0..<n {
      for c in 0..<3 {
        #expect(
          abs((0..<n).reduce(0.0) { $0 + a[i * n + $1] * x[$1 * 3 + c] } - b[i * 3 + c]) < 1e-11)
      }
    }
    var indefinite = [1.0, 2, 2, 1]
    var poisoned = [Double.nan]
    #expect(esp_cholesky(&indefinite, 2) == -4 && esp_cholesky(&poisoned, 1) == -1)
  }
}
