import EspalierKernels
import Foundation
import Testing

/// The distance of `x` from the true value, in units of the last place of a float there.
func ulps(_ x: Float, _ truth: Double) -> Double {
  if x.isNaN || truth.isNaN { return x.isNaN && truth.isNaN ? 0 : .infinity }
  let near = Float(truth)
  if near.isInfinite || x.isInfinite { return near == x ? 0 : .infinity }
  if truth == 0 { return x == 0 && x.sign == near.sign ? 0 : .infinity }
  let unit = Double(max(abs(near), Float.leastNormalMagnitude).ulp)
  return abs(Double(x) - truth) / unit
}

extension KernelTests.Fused {
  @Test func unaryAccuracy() {
    // name, operation, truth, allowed error, arguments
    let cases: [(String, esp_op, (Double) -> Double, Double, ClosedRange<Float>)] = [
      ("exp", ESP_EXP, exp, 1, -110...95), ("expm1", ESP_EXPM1, expm1, 1.5, -110...95),
      ("log", ESP_LOG, log, 1, -1...Float.greatestFiniteMagnitude),
      ("log1p", ESP_LOG1P, log1p, 1.5, -1.5...Float.greatestFiniteMagnitude),
      ("tanh", ESP_TANH, tanh, 2.6, -100...100),
      (
        "sigmoid", ESP_SIGMOID, { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }, 2.3,
        -120...120
      ),
      ("erf", ESP_ERF, erf, 3.2, -20...20),
      ("sin", ESP_SIN, sin, 2.5, -32768...32768), ("cos", ESP_COS, cos, 2.5, -32768...32768),
      ("sin far", ESP_SIN, sin, 2.5, 32768...Float.greatestFiniteMagnitude),
      ("sqrt", ESP_SQRT, sqrt, 0.5, -1...Float.greatestFiniteMagnitude),
      ("rsqrt", ESP_RSQRT, { 1 / sqrt($0) }, 1.6, 0...Float.greatestFiniteMagnitude),
      ("reciprocal", ESP_RECIPROCAL, { 1 / $0 }, 0.5, -1e38...1e38),
      ("floor", ESP_FLOOR, floor, 0, -1e10...1e10), ("neg", ESP_NEG, { -$0 }, 0, -9...9),
      ("abs", ESP_ABS, abs, 0, -9...9), ("square", ESP_SQUARE, { $0 * $0 }, 0.5, -1e15...1e15),
    ]
    onEveryInstructionSet {
      for (name, op, truth, allowed, range) in cases {
        var x: [Float] = [
          0, -0.0, 1, -1, 0.5, -0.5, .infinity, -.infinity, .nan, 1.5, Float(bitPattern: 1),
          -Float(bitPattern: 1), Float(bitPattern: 71362),
          -Float(bitPattern: 71362),
          .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude,
        ]
        // all magnitudes evenly, by steps through the bit patterns
        for bits in stride(from: UInt32(0), through: UInt32.max - 40_000, by: 39_989) {
          let v = Float(bitPattern: bits)
          if range.contains(v) { x.append(v) }
        }
        for i in 0..<20_000 where range.upperBound < 1e5 {
          x.append(range.lowerBound + (range.upperBound - range.lowerBound) * Float(i) / 20_000)
        }
        var y = [Float](repeating: 0, count: x.count)
        #expect(esp_vector_unary(op, &y, x, Int64(x.count)) == 0)
        var worst = 0.0
        var at: Float = 0
        for (v, got) in zip(x, y) {
          let error = ulps(got, truth(Double(v)))
          if error > worst { (worst, at) = (error, v) }
        }
        #expect(
          worst <= allowed,
          "\(name)(\(at)): \(worst) ulp on instruction set \(instructionLevel())")
      }
    }
  }

  @Test func powAccuracy() {
    onEveryInstructionSet {
      let special: [Float] = [
        0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, .infinity, -.infinity, .nan,
        Float(bitPattern: 71362), 1e30, 2.5, 16_777_216, 1e20,
      ]
      var x: [Float] = []
      var y: [Float] = []
      for a in special {
        for b in special {
          x.append(a)
          y.append(b)
        }
      }
      for i in 0..<60_000 {
        let u = esp_random_uniform(1, 0, 0, UInt64(i))
        let v = esp_random_uniform(1, 1, 0, UInt64(i))
        x.append(i % 3 == 0 ? expf(-80 + 160 * u) : i % 3 == 1 ? 0.5 + u : -(50 * u).rounded())
        y.append(i % 2 == 0 ? -20 + 40 * v : (-20 + 40 * v).rounded())
      }
      var z = [Float](repeating: 0, count: x.count)
      #expect(esp_vector_binary(ESP_POW, &z, x, y, Int64(x.count)) == 0)
      for i in x.indices {
        let error = ulps(z[i], pow(Double(x[i]), Double(y[i])))
        if error > 0.51 { Issue.record("pow(\(x[i]), \(y[i])) = \(z[i]): \(error) ulp") }
      }
    }
  }

  @Test func comparisonsAndNaN() {
    let n = Float.nan
    onEveryInstructionSet {
      func binary(_ op: esp_op, _ x: [Float], _ y: [Float]) -> [Float] {
        var out = x
        #expect(esp_vector_binary(op, &out, x, y, Int64(x.count)) == 0)
        return out
      }
      let x: [Float] = [1, 2, 3, n, 1, n]
      let y: [Float] = [2, 2, 2, 1, n, n]
      #expect(binary(ESP_GT, x, y) == [0, 0, 1, 0, 0, 0])
      #expect(binary(ESP_GE, x, y) == [0, 1, 1, 0, 0, 0])
      #expect(binary(ESP_LT, x, y) == [1, 0, 0, 0, 0, 0])
      #expect(binary(ESP_LE, x, y) == [1, 1, 0, 0, 0, 0])
      #expect(binary(ESP_EQ, x, y) == [0, 1, 0, 0, 0, 0])
      #expect(binary(ESP_NE, x, y) == [1, 0, 1, 1, 1, 1])
      let top = binary(ESP_MAX, x, y)
      let low = binary(ESP_MIN, x, y)
      #expect(Array(top[0..<3]) == [2, 2, 3] && top[3...].allSatisfy(\.isNaN))
      #expect(Array(low[0..<3]) == [1, 2, 2] && low[3...].allSatisfy(\.isNaN))
      #expect(
        binary(ESP_SUB, [5, 1], [3, 2]) == [2, -1]
          && binary(ESP_DIV, [1, 1], [0, 4]) == [.infinity, 0.25])
      func unary(_ op: esp_op, _ x: [Float]) -> [Float] {
        var out = x
        #expect(esp_vector_unary(op, &out, x, Int64(x.count)) == 0)
        return out
      }
      #expect(unary(ESP_IS_FINITE, [1, .infinity, -.infinity, n, 0]) == [1, 0, 0, 0, 1])
      #expect(unary(ESP_SIGN, [3, -2, 0]) == [1, -1, 0] && unary(ESP_SIGN, [n])[0].isNaN)
      #expect(
        unary(ESP_RELU, [3, -2, 0, -.infinity]) == [3, 0, 0, 0] && unary(ESP_RELU, [n])[0].isNaN)
      #expect(
        esp_vector_unary(ESP_ADD, nil, nil, 0) == -1
          && esp_vector_binary(ESP_EXP, nil, nil, nil, 0) == -1)
    }
  }

  /// Row reductions against plain loops, with NaN and odd lengths.
  @Test func rowReductions() {
    onEveryInstructionSet {
      for n in [1, 2, 3, 4, 9, 15, 16, 17, 31, 64, 65, 130, 1000, 5000, 16384] {
        for poisoned in [false, true] {
          var data = numbers(3 * n, stream: 40)
          if n > 4 {
            data[n / 2] = 7
            data[n / 2 + 1] = 7
          }
          if poisoned { data[n + n / 3] = .nan }
          var s = Sketch(1, 3, n)
          let x = s.load(s.operand(s.packed, data))
          var slots: [Int] = []
          for op in [ESP_ROW_SUM, ESP_ROW_MAX, ESP_ROW_MIN, ESP_ROW_ARGMAX] {
            slots.append(s.operand((0, 1, 0)))
            s.store(s.add(op, x), slots.last!)
          }
          s.run()
          for r in 0..<3 {
            let row = data[r * n..<(r + 1) * n]
            let got = slots.map { s.memory[$0].values[r] }
            if let bad = row.firstIndex(where: \.isNaN) {
              #expect(got[0].isNaN && got[1].isNaN && got[2].isNaN && got[3] == Float(bad - r * n))
            } else {
              let sum = row.reduce(0.0) { $0 + Double($1) }
              let size = row.reduce(0.0) { $0 + Double(abs($1)) }
              #expect(abs(Double(got[0]) - sum) <= 2e-7 * size + 1e-12)
              #expect(got[1] == row.max() && got[2] == row.min())
              #expect(got[3] == Float(row.firstIndex(of: row.max()!)! - r * n))
            }
          }
        }
      }
    }
  }
}
