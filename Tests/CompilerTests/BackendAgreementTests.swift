import EspalierConformance
import EspalierProtocols
import Testing

/// Programs of many forms, run by the reference and optimized.
@Suite struct BackendAgreementTests {
  /// Uneven numbers, some of them negative.
  func numbers(_ shape: Shape, _ salt: Double = 0) -> Evaluation.Array {
    var random = CounterRandom(seed: 11, stream: UInt32(salt.bitPattern % 1000))
    return .init(shape, (0..<shape.count).map { _ in Double(random.normal()) })
  }

  @Test func elementwiseChain() throws {
    try Evaluation.checkBackends(inputs: ["x": numbers([37, 29]), "y": numbers([29], 1)]) { _, t in
      let (x, y) = (t["x"]!, t["y"]!)
      return ["a": tanh(x * y + 1) * exp(-abs(x)), "b": (x .> y) * x]
    }
  }

  @Test func broadcasts() throws {
    try Evaluation.checkBackends(
      inputs: ["x": numbers([5, 7, 3]), "r": numbers([5, 1, 1], 1), "m": numbers([7, 1], 2)]
    ) { _, t in
      ["a": t["x"]! * t["r"]! + t["m"]!, "b": (t["x"]! + t["m"]!).sum([0, 2])]
    }
  }

  @Test func reductions() throws {
    try Evaluation.checkBackends(inputs: ["x": numbers([6, 5, 4])]) { _, t in
      let x = t["x"]!
      return [
        "all": x.sum(), "rows": square(x).sum([2]), "columns": x.mean([0, 1]), "middle": x.sum([1]),
        "outer": x.sum([0, 2]), "max": x.max([2]), "top": x.max(), "var": x.variance([0]),
      ]
    }
  }

  @Test func softmaxAndItsGradient() throws {
    try Evaluation.checkBackends(inputs: [
      "x": numbers([32, 10]), "l": .init([32], (0..<32).map { Double($0 % 10) }),
    ]) { _, t in
      let x = t["x"]!
      let loss = -(t["l"]!.oneHot(10) * x.logSoftmax()).sum([1]).mean()
      return ["loss": loss, "dx": loss.gradients(for: [x])[0], "p": x.softmax()]
    }
  }

  @Test(arguments: [false, true], [false, true])
  func products(transposeA: Bool, transposeB: Bool) throws {
    let a: Shape = transposeA ? [13, 17] : [17, 13]
    let b: Shape = transposeB ? [19, 13] : [13, 19]
    try Evaluation.checkBackends(
      inputs: ["a": numbers(a), "b": numbers(b, 1), "c": numbers([19], 2)]
    ) { _, t in
      let (a, b) = (t["a"]!, t["b"]!)
      let y = maximum(matmul(a, b, transposeA: transposeA, transposeB: transposeB) + t["c"]!, 0)
      let loss = square(y).sum()
      let g = loss.gradients(for: [a, b, t["c"]!])
      return ["y": y, "loss": loss, "da": g[0], "db": g[1], "dc": g[2]]
    }
  }

  @Test func batchedProducts() throws {
    try Evaluation.checkBackends(inputs: [
      "a": numbers([2, 3, 5, 4]), "b": numbers([2, 3, 4, 6], 1),
    ]) { _, t in
      let (a, b) = (t["a"]!, t["b"]!)
      let y = matmul(a, b).softmax()
      let g = square(y).sum().gradients(for: [a, b])
      return ["y": y, "da": g[0], "db": g[1]]
    }
  }

  @Test func images() throws {
    try Evaluation.checkBackends(
      inputs: [
        "x": numbers([3, 2, 9, 8]), "w": numbers([4, 2, 3, 3], 1), "b": numbers([4], 2),
        "v": numbers([5, 4, 3, 3], 3),
      ]
    ) { _, t in
      let (x, w, b, v) = (t["x"]!, t["w"]!, t["b"]!, t["v"]!)
      let h = maximum(
        x.convolved(with: w, padding: [1, 1, 1, 1]) + b.reshaped(to: [1, 4, 1, 1]), 0)
      let p = h.maxPooled(Window(height: 9, width: 8, kernel: [2, 2], stride: [2, 2]))
      let mean = p.mean([0, 2, 3], keepingAxes: true)
      let normal = (p - mean) / sqrt(p.variance([0, 2, 3], keepingAxes: true) + 1e-5)
      let y = normal.convolved(with: v, stride: [2, 2], padding: [1, 1, 1, 1])
      let z = y.averagePooled(Window(height: 2, width: 2, kernel: [2, 2]))
      let loss = square(z.reshaped(to: [3, 5])).sum() + sin(y).sum()
      let g = loss.gradients(for: [x, w, b, v])
      return ["y": y, "loss": loss, "dx": g[0], "dw": g[1], "db": g[2], "dv": g[3]]
    }
  }

  @Test func randomMask() throws {
    for shape in [[4, 6], [2, 3, 4, 5]] as [Shape] {
      try Evaluation.checkBackends(inputs: ["x": numbers(shape)]) { _, t in
        let x = t["x"]!
        let mask = x.random(.uniform) .>= 0.4
        let y = x * mask / 0.6
        return ["y": y, "n": x + x.random(.normal), "dx": square(y).sum().gradients(for: [x])[0]]
      }
    }
  }

  @Test func randomMaskBetweenConvolutions() throws {
    try Evaluation.checkBackends(
      inputs: [
        "x": numbers([2, 2, 6, 5]), "w": numbers([3, 2, 3, 3], 1), "v": numbers([2, 3, 1, 1], 2),
      ]
    ) { _, t in
      let h = t["x"]!.convolved(with: t["w"]!)
      let masked = h * (h.random(.uniform) .>= 0.5)
      let y = masked.convolved(with: t["v"]!)
      let g = square(y).sum().gradients(for: [t["w"]!, t["x"]!])
      return ["y": y, "dw": g[0], "dx": g[1]]
    }
  }

  @Test func rowsOfTables() throws {
    try Evaluation.checkBackends(inputs: ["t": numbers([7, 4]), "i": .init([5], [0, 6, 2, 2, 1])]) {
      _, t in
      let rows = t["t"]!.gather(t["i"]!)
      return ["rows": rows, "d": square(rows).sum().gradients(for: [t["t"]!])[0]]
    }
  }

  @Test func movement() throws {
    try Evaluation.checkBackends(inputs: ["x": numbers([4, 6]), "y": numbers([4, 3], 1)]) { _, t in
      let (x, y) = (t["x"]!, t["y"]!)
      let joined = Tensor.concatenate([x, y], axis: 1)
      let part = joined.slice(starts: [1, 2], sizes: [2, 3], steps: [2, 2])
      let padded = part.padded([(1, 0), (2, 1)])
      let g = (square(padded) * 3).sum().gradients(for: [x, y])
      return [
        "joined": joined, "part": part + 1, "padded": padded, "dx": g[0], "dy": g[1],
        "t": x.transposed, "b": y.slice(axis: 1, 1..<2).broadcast(to: [4, 5]),
      ]
    }
  }

  @Test func constantsAsResults() throws {
    try Evaluation.checkBackends(inputs: ["x": numbers([4])]) { _, t in
      let x = t["x"]!
      return ["zero": x.filled(with: 0), "y": x * 3, "one": x.filled(with: 1).sum(), "z": exp(x)]
    }
  }

  @Test func gradientOfGradient() throws {
    try Evaluation.checkBackends(inputs: ["x": numbers([3, 4]), "w": numbers([4, 2], 1)]) { _, t in
      let (x, w) = (t["x"]!, t["w"]!)
      let y = square(tanh(matmul(x, w))).sum()
      let g = y.gradients(for: [w])[0]
      return [
        "hv": (g * w).sum().gradients(for: [w])[0], "gx": square(g).sum().gradients(for: [x])[0],
      ]
    }
  }
}
