import EspalierKernels
import Testing

/// A convolution with its numbers, and the naive loops it is held against.
struct Convolution {
  var shape: esp_conv
  var x: [Float] = [], w: [Float] = [], dy: [Float] = [], bias: [Float] = []

  init?(_ shape: esp_conv, _ dice: inout Dice) {
    self.shape = shape
    guard esp_conv_output_size(&self.shape) == 0 else { return nil }
    x = dice.floats(shape.n * shape.h * shape.w * shape.c)
    w = dice.floats(shape.kernel_h * shape.kernel_w * shape.c / shape.groups * shape.o)
    dy = dice.floats(shape.n * self.shape.out_h * self.shape.out_w * shape.o)
    bias = dice.floats(shape.o)
  }

  /// Calls `body` with the places in y, x and w of every product.
  func products(_ body: (_ y: Int, _ x: Int, _ w: Int) -> Void) {
    let s = shape
    let (inputs, outputs) = (s.c / s.groups, s.o / s.groups)
    for n in 0..<s.n {
      for i in 0..<s.out_h {
        for j in 0..<s.out_w {
          for u in 0..<s.kernel_h {
            let row = i * s.stride_h + u * s.dilation_h - s.pad_top
            guard row >= 0, row < s.h else { continue }
            for v in 0..<s.kernel_w {
              let column = j * s.stride_w + v * s.dilation_w - s.pad_left
              guard column >= 0, column < s.w else { continue }
              for q in 0..<s.o {
                let y = ((n * s.out_h + i) * s.out_w + j) * s.o + q
                for p in 0..<inputs {
                  body(
                    y, ((n * s.h + row) * s.w + column) * s.c + q / outputs * inputs + p,
                    ((u * s.kernel_w + v) * inputs + p) * s.o + q)
                }
              }
            }
          }
        }
      }
    }
  }

  func forward(bias hasBias: Bool, relu: Bool) -> [Double] {
    var y = [Double](repeating: 0, count: dy.count)
    products { y[$0] += Double(x[$1]) * Double(w[$2]) }
    for i in y.indices {
      if hasBias { y[i] += Double(bias[i % shape.o]) }
      if relu { y[i] = max(0, y[i]) }
    }
    return y
  }

  func gradients(adding dx0: [Float], _ dw0: [Float]) -> (dx: [Double], dw: [Double]) {
    var dx = dx0.map(Double.init)
    var dw = dw0.map(Double.init)
    products {
      dx[$1] += Double(dy[$0]) * Double(w[$2])
      dw[$2] += Double(dy[$0]) * Double(x[$1])
    }
    return (dx, dw)
  }
}

func convolution(
  _ n: Int, _ h: Int, _ w: Int, _ c: Int, _ o: Int, kernel: (Int, Int) = (3, 3),
  stride: (Int, Int) = (1, 1),
  pad: (Int, Int, Int, Int) = (0, 0, 0, 0), dilation: (Int, Int) = (1, 1), groups: Int = 1
) -> esp_conv {
  esp_conv(
    n: n, h: h, w: w, c: c, o: o, kernel_h: kernel.0, kernel_w: kernel.1, stride_h: stride.0,
    stride_w: stride.1,
    pad_top: pad.0, pad_left: pad.1, pad_bottom: pad.2, pad_right: pad.3, dilation_h: dilation.0,
    dilation_w: dilation.1, groups: groups, out_h: 0, out_w: 0, precision: 0,
    x_is_short: 0, dy_is_short: 0)
}

extension KernelTests {
  @Suite struct Convolutions {
    static func check(_ shape: esp_conv, _ dice: inout Dice) -> Bool {
      guard var job = Convolution(shape, &dice) else { return false }
      job.x = rounded(job.x, shape.precision)
      job.w = rounded(job.w, shape.precision)
      job.dy = rounded(job.dy, shape.precision)
      var s = job.shape
      let (hasBias, relu, accumulate) = (dice.flip(), dice.flip(), dice.flip())
      let forward = job.forward(bias: hasBias, relu: relu)
      let start = (x: dice.floats(job.x.count), w: dice.floats(job.w.count))
      let zero = (
        x: [Float](repeating: 0, count: job.x.count), w: [Float](repeating: 0, count: job.w.count)
      )
      let (dx, dw) = job.gradients(
        adding: accumulate ? start.x : zero.x, accumulate ? start.w : zero.w)
      let scale = Double(s.kernel_h * s.kernel_w * max(s.c, s.o) / s.groups).squareRoot() + 1
      let pixels = Double(s.n * s.out_h * s.out_w).squareRoot() + 1
      var first: [String: [[UInt32]]] = [:]
      everyWay { set, threads in
        let x = Guarded(job.x)
        let w = Guarded(job.w)
        let dy = Guarded(job.dy)
        let bias = Guarded(job.bias)
        let y = Guarded([Float](repeating: .nan, count: job.dy.count))
        let gx = Guarded(accumulate ? start.x : job.x.map { _ in .nan })
        let gw = Guarded(accumulate ? start.w : job.w.map { _ in .nan })
        let counts = UnsafeMutablePointer<Int32>.allocate(capacity: job.dy.count)
        counts.initialize(repeating: 0, count: job.dy.count)
        defer { counts.deallocate() }
        var cover = Cover(counts: counts, columns: s.o)
        withUnsafeMutablePointer(to: &cover) { pointer in
          var epilogue = esp_conv_epilogue(
            bias: hasBias ? UnsafePointer(bias.base) : nil, activation: relu ? 1 : 0,
            block: countBlock,
            block_context: UnsafeMutableRawPointer(pointer))
          esp_conv_forward(&s, x.base, w.base, y.base, &epilogue)
        }
        esp_conv_input_gradient(&s, dy.base, w.base, gx.base, accumulate ? 1 : 0)
        esp_conv_filter_gradient(&s, x.base, dy.base, gw.base, accumulate ? 1 : 0)
        #expect(y.untouchedAround && gx.untouchedAround && gw.untouchedAround, "\(set) \(shape)")
        #expect((0..<job.dy.count).allSatisfy { counts[$0] == 1 }, "blocks \(set) \(shape)")
        #expect(close(y.values, forward, scale), "forward \(set) \(shape)")
        #expect(close(gx.values, dx, scale), "input gradient \(set) \(shape)")
        #expect(close(gw.values, dw, pixels), "filter gradient \(set) \(shape)")
        let all = [bits(y.values), bits(gx.values), bits(gw.values)]
        if let one = first[set] { #expect(one == all, "\(set) with \(threads) threads: \(shape)") }
        first[set] = all
      }
      return true
    }

    @Test func randomShapes() {
      var dice = Dice(11)
      var done = 0
      while done < 60 {
        let groups = [1, 1, 1, 2, 3][dice.below(5)]
        let shape = convolution(
          dice.pick(1...3), dice.pick(1...10), dice.pick(1...12), groups * dice.pick(1...7),
          groups * dice.pick(1...20), kernel: (dice.pick(1...4), dice.pick(1...4)),
          stride: (dice.pick(1...3), dice.pick(1...3)),
          pad: (dice.pick(0...3), dice.pick(0...3), dice.pick(0...3), dice.pick(0...3)),
          dilation: (dice.pick(1...2), dice.pick(1...2)), groups: groups)
        if Self.check(shape, &dice) { done += 1 }
      }
    }

    @Test func depthwise() {
      var dice = Dice(12)
      var done = 0
      while done < 20 {
        let c = dice.pick(2...40)
        let shape = convolution(
          dice.pick(1...4), dice.pick(1...9), dice.pick(1...9), c, c,
          kernel: (dice.pick(1...4), dice.pick(1...4)),
          stride: (dice.pick(1...3), dice.pick(1...3)),
          pad: (dice.pick(0...3), dice.pick(0...3), dice.pick(0...3), dice.pick(0...3)),
          dilation: (dice.pick(1...2), dice.pick(1...2)), groups: c)
        if Self.check(shape, &dice) { done += 1 }
      }
      // Rows long enough for pixels to go together, phases of a stride among them.
      for (stride, dilation) in [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2)] {
        let shape = convolution(
          2, 9, 31, 20, 20, stride: (stride, stride), pad: (1, 2, 1, 1), dilation: (1, dilation),
          groups: 20)
        #expect(Self.check(shape, &dice))
      }
      #expect(Self.check(convolution(2, 5, 5, 6, 12, pad: (1, 1, 1, 1), groups: 6), &dice))
    }

    @Test func fromNetworks() {
      var dice = Dice(13)
      for shape in [
        convolution(5, 14, 14, 1, 32), convolution(3, 12, 12, 3, 16, pad: (1, 1, 1, 1)),
        convolution(4, 8, 8, 16, 40, pad: (1, 1, 1, 1)),
        convolution(2, 9, 9, 24, 33, stride: (2, 2), pad: (1, 1, 1, 1)),
        convolution(3, 8, 8, 20, 36, kernel: (1, 1)),
        convolution(3, 8, 8, 20, 36, kernel: (1, 1), stride: (2, 2)),
        convolution(6, 4, 5, 3, 20, kernel: (4, 5)),
        convolution(2, 40, 1, 6, 10, kernel: (5, 1), pad: (2, 0, 2, 0)),
        convolution(2, 1, 40, 6, 10, kernel: (1, 5), pad: (0, 4, 0, 0), dilation: (1, 1)),
        convolution(1, 30, 30, 3, 8, kernel: (7, 7), stride: (2, 2), pad: (3, 3, 3, 3)),
        convolution(2, 6, 6, 8, 160, pad: (1, 1, 1, 1)),
        convolution(2, 6, 6, 8, 128, kernel: (2, 2), stride: (2, 2)),
        convolution(1, 70, 70, 2, 4, pad: (1, 1, 1, 1)),
        convolution(17, 3, 3, 4, 4, pad: (1, 1, 1, 1)),
        convolution(2, 3, 3, 2, 3, pad: (5, 5, 5, 5)),
        // At most one vector of channels; an odd run of them in an image that is copied, and in one that is not.
        convolution(2, 17, 17, 16, 16, pad: (1, 1, 1, 1)),
        convolution(2, 17, 17, 16, 48, stride: (2, 2), pad: (1, 1, 1, 1)),
        convolution(2, 11, 30, 3, 14, pad: (1, 1, 1, 1)), convolution(2, 11, 30, 3, 14),
        // Small images go together, a large one part by part.
        convolution(33, 4, 5, 16, 12, pad: (1, 1, 1, 1)), convolution(40, 5, 5, 6, 40),
        convolution(50, 8, 8, 1, 4, pad: (1, 1, 1, 1)), convolution(50, 7, 7, 1, 5, stride: (2, 1)),
        convolution(1, 40, 33, 6, 40, pad: (1, 1, 1, 1)),
        // Pixels that no window reads.
        convolution(3, 9, 10, 5, 20, kernel: (1, 1), stride: (2, 3)),
        convolution(2, 9, 9, 6, 8, kernel: (2, 2), stride: (3, 3), groups: 2),
      ] { #expect(Self.check(shape, &dice)) }
    }

    @Test func nanComesThrough() {
      var dice = Dice(14)
      for c in [1, 8] {
        var job = Convolution(convolution(1, 8, 8, c, 8, pad: (1, 1, 1, 1)), &dice)!
        job.x[27 * c] = .nan
        job.x[3 * c] = .infinity
        let expected = job.forward(bias: false, relu: false)
        everyWay { set, _ in
          var y = [Float](repeating: 0, count: job.dy.count)
          esp_conv_forward(&job.shape, job.x, job.w, &y, nil)
          #expect(close(y, expected, 5), "\(set)")
        }
      }
    }

    @Test func wrongShapes() {
      for var shape in [
        convolution(0, 4, 4, 1, 1), convolution(1, 2, 4, 1, 1),
        convolution(1, 4, 4, 3, 4, groups: 2),
        convolution(1, 4, 4, 1, 1, stride: (0, 1)), convolution(1, 4, 4, 1, 1, dilation: (2, 2)),
      ] { #expect(esp_conv_output_size(&shape) == -1 && shape.out_h == 0) }
    }
  }
}
