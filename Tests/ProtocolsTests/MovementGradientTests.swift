import EspalierConformance
import EspalierProtocols
import Testing

/// Gradient rules of movements, reductions and products against finite differences.
@Suite struct MovementGradientTests {
  @Test func shapes() throws {
    let movements: [@Sendable (Tensor) -> Tensor] = [
      { $0.reshaped(to: [4, -1]) }, { $0.permuted([2, 0, 1]) }, { $0.transposed },
      { $0.broadcast(to: [2, 2, 3, 4]) },
      { $0.reshaped(to: [2, 1, 3, 4]).broadcast(to: [2, 5, 3, 4]) },
    ]
    for movement in movements {
      try checkTwice(["x": numbers([2, 3, 4])]) { _, t in movement(t["x"]!) }
    }
  }

  /// One matrix in many products has one product as its gradient; fewer, and unlike ones, are added up.
  @Test(arguments: [2, 3, 4, 7], [false, true])
  func productsWithOneMatrix(count: Int, transposed: Bool) throws {
    func products(_ t: [String: Tensor], unlike: Bool) -> Tensor {
      let w = t["w"]!
      var state = t["x"]!
      for step in 0..<count {
        let turned = unlike && step == 1 ? !transposed : transposed
        state = tanh(matmul(state, w, transposeB: turned) * 0.4) + t["x"]! * Float(step)
      }
      return Tensor.concatenate([state, w], axis: 0)
    }
    let inputs = ["x": numbers([2, 3]), "w": numbers([3, 3], 1)]
    for unlike in [false, true] { try checkTwice(inputs) { _, t in products(t, unlike: unlike) } }

    let recorder = Recorder()
    let x = recorder.input("x", [2, 3])
    let w = recorder.input("w", [3, 3])
    let before = recorder.nodes.count
    let loss = products(["x": x, "w": w], unlike: false).sum()
    func matmuls(from node: Int) -> Int {
      recorder.nodes[node...].count { if case .matmul = $0.primitive { true } else { false } }
    }
    let forward = recorder.nodes.count
    #expect(matmuls(from: before) == count)
    _ = loss.gradients(for: [w])
    // The states' own gradients, but that of the first, and the matrix's.
    #expect(matmuls(from: forward) == count - 1 + (count >= 4 ? 1 : count))
  }

  @Test func slicesAndPadding() throws {
    try checkTwice(["x": numbers([5, 4])]) { _, t in
      t["x"]!.slice(starts: [1, 0], sizes: [2, 2], steps: [2, 3])
    }
    try checkTwice(["x": numbers([5, 4])]) { _, t in t["x"]!.slice(axis: -1, 1..<3) }
    try checkTwice(["x": numbers([2, 3])]) { _, t in
      t["x"]!.padded([(before: 1, after: 0), (before: 0, after: 2)])
    }
  }

  /// Pieces of one tensor: side by side, with a gap, overlapping, one of them twice.
  @Test(
    arguments: [[0..<2, 2..<3, 3..<5], [3..<5, 0..<2], [0..<3, 2..<5], [2..<5, 0..<2, 2..<5]],
    [0, 1])
  func severalSlices(ranges: [Range<Int>], axis: Int) throws {
    func pieces(_ x: Tensor) -> [Tensor] {
      ranges.enumerated().map { x.slice(axis: axis, $1) * Float($0 + 2) }
    }
    try checkTwice(["x": numbers([5, 5])]) { _, t in
      Tensor.concatenate(pieces(t["x"]!), axis: axis)
    }
    try checkTwice(["x": numbers([5, 5])]) { _, t in
      Tensor.concatenate(pieces(t["x"]!) + [t["x"]! * 0.5], axis: axis)
    }
  }

  @Test func piecesSideBySideAreJoined() throws {
    let recorder = Recorder()
    let x = recorder.input("x", [6, 4])
    let parts = (0..<6).map { x.slice(axis: 0, $0..<$0 + 1) * Float($0) }
    let sum = parts.dropFirst().reduce(parts[0]) { $0 + $1 }.sum()
    recorder.output("dx", sum.gradients(for: [x])[0])
    let nodes = try recorder.finish().nodes
    #expect(nodes.count { if case .embed = $0.primitive { true } else { false } } == 0)
  }

  @Test func joining() throws {
    try checkTwice(["a": numbers([2, 3]), "b": numbers([2, 1], 1)]) { _, t in
      Tensor.concatenate([t["a"]!, t["b"]!, t["a"]!], axis: 1)
    }
    try checkTwice(["a": numbers([2, 2]), "b": numbers([3], 1)]) { _, t in
      Tensor.pack([t["a"]!, t["b"]!], offsets: [1, 6], count: 10)
    }
  }

  @Test func packLeavesZerosInGaps() throws {
    let found = try values(["a": .init([2], [1, 2]), "b": .init([1], [3])]) { _, t in
      Tensor.pack([t["a"]!, t["b"]!], offsets: [1, 4], count: 6)
    }
    #expect(found == [0, 1, 2, 0, 3, 0])
  }

  /// Rows asked for twice add up; the gradient of the scatter is a gather again.
  @Test func rowsOfTables() throws {
    let indices = Evaluation.Array([2, 2], [3, 0, 3, 1])
    try checkTwice(["t": numbers([4, 3]), "i": indices], constants: ["i"]) { _, t in
      t["t"]!.gather(t["i"]!)
    }
  }

  @Test(arguments: [[0], [1], [0, 2], nil] as [[Int]?], [true, false])
  func reductions(axes: [Int]?, keeping: Bool) throws {
    let kinds: [@Sendable (Tensor) -> Tensor] = [
      { $0.sum(axes, keepingAxes: keeping) }, { $0.mean(axes, keepingAxes: keeping) },
      { $0.max(axes, keepingAxes: keeping) }, { $0.variance(axes, keepingAxes: keeping) },
    ]
    // Different numbers: at a tie the maximum has no derivative.
    let x = Evaluation.Array([2, 3, 2], (0..<12).map { Double(($0 * 5) % 12) * 0.3 - 1 })
    for kind in kinds { try checkTwice(["x": x]) { _, t in kind(t["x"]!) } }
  }

  @Test func tiesOfTheMaximumShareTheGradient() throws {
    let gradient = try values(["x": .init([2, 3], [1, 4, 4, 2, 2, 2])]) { _, t in
      t["x"]!.max([1]).sum().gradients(for: [t["x"]!])[0]
    }
    for (found, expected) in zip(gradient, [0, 0.5, 0.5, 1.0 / 3, 1.0 / 3, 1.0 / 3]) {
      #expect((found - expected).magnitude < 1e-9)
    }
  }

  @Test func softmaxes() throws {
    try checkTwice(["x": numbers([2, 3])]) { _, t in t["x"]!.softmax() }
    try checkTwice(["x": numbers([2, 3])]) { _, t in t["x"]!.logSoftmax() }
    try checkTwice(["x": numbers([2, 3])]) { _, t in t["x"]!.logSumExp() }
  }

  @Test(arguments: [false, true], [false, true])
  func products(transposeA: Bool, transposeB: Bool) throws {
    let a: Shape = transposeA ? [3, 2] : [2, 3]
    let b: Shape = transposeB ? [4, 3] : [3, 4]
    let batches: [([Int], [Int])] = [
      ([], []), ([2], [2]), ([2], []), ([], [2]), ([2, 1], [1, 2]),
    ]
    for batch in batches {
      let inputs = [
        "a": numbers(Shape(batch.0 + a.dimensions)), "b": numbers(Shape(batch.1 + b.dimensions), 1),
      ]
      try Evaluation.checkGradients(inputs: inputs) { _, t in
        matmul(t["a"]!, t["b"]!, transposeA: transposeA, transposeB: transposeB)
      }
    }
    try checkTwice(["a": numbers(a), "b": numbers(b, 1)]) { _, t in
      tanh(matmul(t["a"]!, t["b"]!, transposeA: transposeA, transposeB: transposeB))
    }
  }

  private struct Doubling: CustomOperation {
    let name = "doubling"
    func shape(of inputs: [Shape]) throws -> Shape {
      if inputs[0].rank > 2 { throw PluginError("at most two axes") }
      return inputs[0]
    }
    func compute(
      _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
      into output: UnsafeMutableBufferPointer<Float>
    ) {
      for place in output.indices { output[place] = 2 * inputs[0][place] }
    }
    func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] {
      [upstream * 2]
    }
  }

  @Test func customOperations() throws {
    let found = try Evaluation.run(inputs: ["x": .init([2], [1, 3])]) { _, t in
      let y = Tensor.apply(Doubling(), to: [t["x"]!])
      return ["y": y, "d": y.sum().gradients(for: [t["x"]!])[0]]
    }
    #expect(found["y"]!.values == [2, 6])
    #expect(found["d"]!.values == [2, 2])
    #expect(
      mistake { _ = Tensor.apply(Doubling(), to: [$0.input("x", [1, 2, 3])]) }
        == "doubling: at most two axes")
  }
}
