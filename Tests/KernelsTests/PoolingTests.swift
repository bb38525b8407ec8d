import EspalierKernels
import Testing

extension KernelTests {
  @Suite struct Pooling {
    /// A window's pixels inside x, as (place in x without the channel, tap).
    static func window(_ s: esp_pool, _ n: Int, _ i: Int, _ j: Int) -> [(place: Int, tap: Int)] {
      var out: [(Int, Int)] = []
      for u in 0..<s.kernel_h {
        for v in 0..<s.kernel_w {
          let (y, x) = (i * s.stride_h - s.pad_top + u, j * s.stride_w - s.pad_left + v)
          if y >= 0, y < s.h, x >= 0, x < s.w {
            out.append(((n * s.h + y) * s.w + x, u * s.kernel_w + v))
          }
        }
      }
      return out
    }

    static func check(_ shape: esp_pool, _ dice: inout Dice, special: Bool) -> Bool {
      var s = shape
      guard esp_pool_output_size(&s) == 0 else { return false }
      // Few distinct numbers, so that there are ties.
      var x = (0..<(s.n * s.h * s.w * s.c)).map { _ in Float(dice.below(7)) - 3 }
      if special {
        for _ in 0..<(1 + x.count / 6) {
          x[dice.below(x.count)] = [.nan, .infinity, -.infinity][dice.below(3)]
        }
      }
      let outputs = s.n * s.out_h * s.out_w * s.c
      let dy = dice.floats(outputs)
      let dx0 = dice.floats(x.count)
      let accumulate = dice.flip()
      var y = [Float](repeating: 0, count: outputs)
      var taps = [UInt16](repeating: 0, count: outputs)
      var mean = [Double](repeating: 0, count: outputs)
      var dx = dx0.map { accumulate ? Double($0) : 0 }
      var dxMean = dx
      for n in 0..<s.n {
        for i in 0..<s.out_h {
          for j in 0..<s.out_w {
            let window = Self.window(s, n, i, j)
            let share = 1 / Double(s.count_padding != 0 ? s.kernel_h * s.kernel_w : window.count)
            for c in 0..<s.c {
              let o = ((n * s.out_h + i) * s.out_w + j) * s.c + c
              var best = -Float.infinity
              var at = window[0]
              for entry in window {
                let value = x[entry.place * s.c + c]
                if value > best || value.isNaN { (best, at) = (value, entry) }
                mean[o] += Double(value) * share
                dxMean[entry.place * s.c + c] += Double(dy[o]) * share
              }
              (y[o], taps[o]) = (best, UInt16(at.tap))
              dx[at.place * s.c + c] += Double(dy[o])
            }
          }
        }
      }
      var first: [String: [[UInt32]]] = [:]
      everyWay { set, threads in
        let gx = Guarded(x)
        let gdy = Guarded(dy)
        let gy = Guarded([Float](repeating: 7, count: outputs))
        let gmean = Guarded([Float](repeating: 7, count: outputs))
        let gdx = Guarded(accumulate ? dx0 : x.map { _ in .nan })
        let gdxMean = Guarded(accumulate ? dx0 : x.map { _ in .nan })
        var found = [UInt16](repeating: 999, count: outputs + 8)
        esp_max_pool_forward(&s, gx.base, gy.base, &found)
        esp_max_pool_backward(&s, gdy.base, found, gdx.base, accumulate ? 1 : 0)
        esp_average_pool_forward(&s, gx.base, gmean.base)
        esp_average_pool_backward(&s, gdy.base, gdxMean.base, accumulate ? 1 : 0)
        #expect(Array(found[0..<outputs]) == taps && found[outputs] == 999, "taps \(set) \(shape)")
        #expect(
          zip(gy.values, y).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "max \(set) \(shape)"
        )
        #expect(close(gmean.values, mean, 4), "mean \(set) \(shape)")
        #expect(close(gdx.values, dx, 4), "max gradient \(set) \(shape)")
        #expect(close(gdxMean.values, dxMean, 4), "mean gradient \(set) \(shape)")
        let clean = [gy, gmean, gdx, gdxMean].allSatisfy { $0.untouchedAround }
        #expect(clean, "\(set) \(shape)")
        let all = [gmean, gdx, gdxMean].map { bits($0.values) }
        if let one = first[set], !special { #expect(one == all, "\(set) \(threads) \(shape)") }
        first[set] = all
        esp_max_pool_forward(&s, gx.base, gy.base, nil)
      }
      return true
    }

    static func shape(
      _ n: Int, _ h: Int, _ w: Int, _ c: Int, kernel: (Int, Int), stride: (Int, Int),
      pad: (Int, Int, Int, Int) = (0, 0, 0, 0), counts: Bool = false
    ) -> esp_pool {
      esp_pool(
        n: n, h: h, w: w, c: c, kernel_h: kernel.0, kernel_w: kernel.1, stride_h: stride.0,
        stride_w: stride.1,
        pad_top: pad.0, pad_left: pad.1, pad_bottom: pad.2, pad_right: pad.3, out_h: 0, out_w: 0,
        count_padding: counts ? 1 : 0)
    }

    @Test func randomShapes() {
      var dice = Dice(21)
      var done = 0
      while done < 80 {
        let shape = Self.shape(
          dice.pick(1...3), dice.pick(1...9), dice.pick(1...9), dice.pick(1...40),
          kernel: (dice.pick(1...4), dice.pick(1...4)),
          stride: (dice.pick(1...4), dice.pick(1...4)),
          pad: (dice.pick(0...2), dice.pick(0...2), dice.pick(0...2), dice.pick(0...2)),
          counts: dice.flip())
        if Self.check(shape, &dice, special: done % 4 == 0) { done += 1 }
      }
    }

    @Test func wholeImageAndHalving() {
      var dice = Dice(22)
      #expect(
        Self.check(
          Self.shape(2, 20, 20, 5, kernel: (20, 20), stride: (1, 1)), &dice, special: false))
      #expect(
        Self.check(Self.shape(4, 24, 24, 32, kernel: (2, 2), stride: (2, 2)), &dice, special: false)
      )
    }

    @Test func wrongShapes() {
      for var shape in [
        Self.shape(1, 4, 4, 1, kernel: (2, 2), stride: (2, 2), pad: (2, 0, 0, 0)),
        Self.shape(1, 1, 4, 1, kernel: (2, 2), stride: (2, 2)),
        Self.shape(1, 4, 4, 1, kernel: (2, 2), stride: (0, 2)),
        Self.shape(1, 400, 400, 1, kernel: (300, 300), stride: (1, 1)),
      ] { #expect(esp_pool_output_size(&shape) == -1) }
    }
  }
}
