import EspalierKernels
import Testing

private let bfloat16 = Int32(ESP_PRECISION_BFLOAT16)
private let float16 = Int32(ESP_PRECISION_FLOAT16)

/// Numbers as a product of some precision reads them.
func rounded(_ values: [Float], _ precision: Int32) -> [Float] {
  var result = values
  esp_round(precision, values, &result, values.count)
  return result
}

extension KernelTests {
  /// Products of numbers with 16 bits. Numbers that have no more are multiplied exactly.
  @Suite struct Rounded {
    private static func fill(_ product: inout Product, _ dice: inout Dice) {
      product.fill(&dice)
      product.a = rounded(product.a, product.precision)
      product.b = rounded(product.b, product.precision)
    }

    @Test(arguments: [bfloat16, float16]) func products(_ precision: Int32) {
      var dice = Dice(21)
      for _ in 0..<60 {
        var product = Product(
          m: dice.pick(1...40), n: dice.pick(1...70), k: dice.pick(0...40), transposeA: dice.flip(),
          transposeB: dice.flip(), accumulate: dice.flip(), relu: dice.flip(), hasBias: dice.flip(),
          slack: dice.pick(0...3), batch: dice.pick(1...3), precision: precision)
        Self.fill(&product, &dice)
        Gemm.check(product)
      }
    }

    @Test(arguments: [
      (1, 300, 700), (1, 17, 9), (300, 1, 700), (5, 1, 33), (64, 64, 1), (129, 97, 1301),
      (33, 256, 512), (512, 40, 512), (90, 300, 0),
    ])
    func edges(_ m: Int, _ n: Int, _ k: Int) {
      var dice = Dice(UInt64(m * 7 + n))
      for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
        var product = Product(m: m, n: n, k: k, transposeA: a, transposeB: b, precision: bfloat16)
        product.hasBias = dice.flip()
        product.accumulate = dice.flip()
        Self.fill(&product, &dice)
        Gemm.check(product)
      }
    }

    @Test(arguments: [bfloat16, float16]) func convolutions(_ precision: Int32) {
      var dice = Dice(22)
      var done = 0
      while done < 40 {
        let groups = [1, 1, 1, 2, 3][dice.below(5)]
        // Even numbers of channels make pairs.
        var shape = convolution(
          dice.pick(1...3), dice.pick(1...10), dice.pick(1...12), groups * dice.pick(1...8),
          groups * dice.pick(1...20), kernel: (dice.pick(1...4), dice.pick(1...4)),
          stride: (dice.pick(1...3), dice.pick(1...3)),
          pad: (dice.pick(0...3), dice.pick(0...3), dice.pick(0...3), dice.pick(0...3)),
          dilation: (dice.pick(1...2), dice.pick(1...2)), groups: groups)
        shape.precision = precision
        if Convolutions.check(shape, &dice) { done += 1 }
      }
      for var shape in [
        convolution(3, 12, 12, 2, 16, pad: (1, 1, 1, 1)),
        convolution(2, 9, 9, 24, 34, stride: (2, 2), pad: (1, 1, 1, 1)),
        convolution(3, 8, 8, 20, 36, kernel: (1, 1)), convolution(6, 4, 5, 4, 20, kernel: (4, 5)),
        convolution(2, 40, 1, 6, 10, kernel: (5, 1), pad: (2, 0, 2, 0)),
        convolution(2, 6, 6, 8, 160, pad: (1, 1, 1, 1)), convolution(3, 7, 7, 6, 6, groups: 6),
        // As many pairs as groups and results: not to be taken for depthwise.
        convolution(2, 6, 6, 6, 3, pad: (1, 1, 1, 1), groups: 3),
      ] {
        shape.precision = precision
        #expect(Convolutions.check(shape, &dice))
      }
    }

    /// Operands that have more bits are rounded first, and to the nearest.
    @Test(arguments: [bfloat16, float16]) func operandsAreRounded(_ precision: Int32) {
      var dice = Dice(23)
      for (a, b) in [(false, false), (true, true)] {
        var product = Product(
          m: 9, n: 35, k: 21, transposeA: a, transposeB: b, precision: precision)
        product.fill(&dice)
        var short = product
        short.a = rounded(product.a, precision)
        short.b = rounded(product.b, precision)
        #expect(short.a != product.a)
        everyWay { set, _ in
          #expect(bits(product.run().values) == bits(short.run().values), "\(set)")
        }
      }
      // Three images: the last one has none to make pairs with.
      var job = Convolution(convolution(3, 6, 6, 4, 8, pad: (1, 1, 1, 1)), &dice)!
      job.shape.precision = precision
      let (x, w, dy) = (
        rounded(job.x, precision), rounded(job.w, precision), rounded(job.dy, precision)
      )
      everyWay { set, _ in
        func results(_ x: [Float], _ w: [Float], _ dy: [Float]) -> [[UInt32]] {
          var (y, dx, dw) = (dy, x, w)
          esp_conv_forward(&job.shape, x, w, &y, nil)
          esp_conv_input_gradient(&job.shape, dy, w, &dx, 0)
          esp_conv_filter_gradient(&job.shape, x, dy, &dw, 0)
          return [bits(y), bits(dx), bits(dw)]
        }
        #expect(results(job.x, job.w, job.dy) == results(x, w, dy), "\(set)")
      }
    }

    /// Operands in memory of 16 bits give the bits of the same numbers in 32.
    @Test func shortOperands() {
      var dice = Dice(25)
      func halves(_ values: [Float]) -> [UInt16] {
        var result = [UInt16](repeating: 0, count: values.count + 1)
        esp_narrow(values, &result, values.count)
        return result
      }
      for _ in 0..<40 {
        let (m, n, k, batch) = (
          dice.pick(1...40), dice.pick(1...70), dice.pick(1...40), dice.pick(1...3)
        )
        let a = dice.floats(m * k * batch)
        let b = dice.floats(n * k * batch)
        let (shortA, shortB) = (halves(a), halves(b))
        var g = esp_gemm()
        (g.m, g.n, g.k, g.batch) = (m, n, k, batch)
        (g.transpose_a, g.transpose_b) = (dice.flip() ? 1 : 0, dice.flip() ? 1 : 0)
        (g.lda, g.ldb, g.ldc) = (g.transpose_a == 1 ? m : k, g.transpose_b == 1 ? k : n, n)
        (g.stride_a, g.stride_b, g.stride_c) = (dice.flip() ? m * k : 0, n * k, m * n)
        g.precision = bfloat16
        everyWay { set, _ in
          func run(_ forms: (Bool, Bool)) -> [UInt32] {
            var c = [Float](repeating: .nan, count: m * n * batch)
            a.withUnsafeBytes { longA in
              b.withUnsafeBytes { longB in
                shortA.withUnsafeBytes { shortA in
                  shortB.withUnsafeBytes { shortB in
                    c.withUnsafeMutableBufferPointer { c in
                      let first = forms.0 ? shortA : longA
                      let second = forms.1 ? shortB : longB
                      (g.a_is_short, g.b_is_short) = (forms.0 ? 1 : 0, forms.1 ? 1 : 0)
                      g.a = first.baseAddress!.assumingMemoryBound(to: Float.self)
                      g.b = second.baseAddress!.assumingMemoryBound(to: Float.self)
                      g.c = c.baseAddress
                      esp_gemm(&g)
                    }
                  }
                }
              }
            }
            return bits(c)
          }
          let expected = run((false, false))
          for forms in [(true, false), (false, true), (true, true)] {
            #expect(run(forms) == expected, "\(set) \(m)×\(n)×\(k) \(forms)")
          }
        }
      }
      var done = 0
      while done < 30 {
        let groups = [1, 1, 1, 2, 3][dice.below(5)]
        let drawn = convolution(
          dice.pick(1...3), dice.pick(1...10), dice.pick(1...12), groups * dice.pick(1...8),
          groups * dice.pick(1...20), kernel: (dice.pick(1...4), dice.pick(1...4)),
          stride: (dice.pick(1...3), dice.pick(1...3)),
          pad: (dice.pick(0...3), dice.pick(0...3), dice.pick(0...3), dice.pick(0...3)),
          dilation: (dice.pick(1...2), dice.pick(1...2)), groups: groups)
        guard var job = Convolution(drawn, &dice) else { continue }
        done += 1
        job.shape.precision = bfloat16
        let (shortX, shortDy) = (halves(job.x), halves(job.dy))
        everyWay { set, _ in
          func run(_ x: UnsafeRawPointer, _ dy: UnsafeRawPointer) -> [[UInt32]] {
            var (y, dx, dw) = (job.dy, job.x, job.w)
            let x = x.assumingMemoryBound(to: Float.self)
            let dy = dy.assumingMemoryBound(to: Float.self)
            esp_conv_forward(&job.shape, x, job.w, &y, nil)
            esp_conv_input_gradient(&job.shape, dy, job.w, &dx, 0)
            esp_conv_filter_gradient(&job.shape, x, dy, &dw, 0)
            return [bits(y), bits(dx), bits(dw)]
          }
          let (x, dy) = (job.x, job.dy)
          (job.shape.x_is_short, job.shape.dy_is_short) = (0, 0)
          let expected = run(x, dy)
          (job.shape.x_is_short, job.shape.dy_is_short) = (1, 1)
          #expect(run(shortX, shortDy) == expected, "\(set) \(drawn)")
          (job.shape.x_is_short, job.shape.dy_is_short) = (1, 0)
          #expect(run(shortX, dy) == expected, "\(set) \(drawn)")
        }
      }
    }

    @Test func nanComesThrough() {
      var dice = Dice(24)
      var product = Product(m: 5, n: 20, k: 7, precision: bfloat16)
      product.fill(&dice)
      product.a[8] = .nan
      product.a[15] = .infinity
      everyWay { set, _ in
        let values = product.run().values
        #expect((20..<40).allSatisfy { values[$0].isNaN }, "\(set)")
        #expect((40..<60).allSatisfy { !values[$0].isFinite }, "\(set)")
        #expect((60..<100).allSatisfy { values[$0].isFinite }, "\(set)")
      }
    }
  }
}
