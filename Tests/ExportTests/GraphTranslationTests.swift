import EspalierExport
import EspalierFormats
import EspalierProtocols
import EspalierReferenceBackend
import Testing

/// What one recording after the other becomes in ONNX.
@Suite struct GraphTranslationTests {
  /// Exports what is recorded and compares it with the recording for several numbers of samples.
  @discardableResult private func check(
    _ shape: Shape = [6], sourceLocation: SourceLocation = #_sourceLocation,
    _ record: @escaping (Tensor) -> Tensor
  ) throws -> ONNXGraph {
    let program = { (samples: Int) -> Program in
      let recorder = Recorder(isTraining: false)
      let x = recorder.input("x", Shape([samples] + shape.dimensions))
      recorder.output("y", record(x))
      return try recorder.finish()
    }
    let model = try ONNXTranslation.model(
      of: BatchProgram(program), .init(name: "test", version: "0")
    ) { _ in [] }
    for samples in [1, 2, 5] {
      let count = samples * shape.count
      let values = (0..<count).map { Double(Float(($0 * 37 + 11) % 29) / 9 - 1.3) }
      let recorded = try program(samples)
      let expected = try Interpreter(recorded).run(inputs: [values]) { _ in [] }
      let output = recorded.outputs[0].node
      let found = try #require(
        try ONNXInterpreter(model.graph).run(
          ["x": ONNXValue([samples] + shape.dimensions, values)])["y"])
      #expect(
        found.shape == recorded.nodes[output].shape.dimensions, sourceLocation: sourceLocation)
      for (a, b) in zip(found.elements, expected[output]) {
        #expect(
          a == b || abs(a - b) < 1e-6 || a.isNaN && b.isNaN, sourceLocation: sourceLocation)
      }
    }
    return model.graph
  }

  @Test(arguments: Unary.allCases) func unary(_ function: Unary) throws {
    let x = { (x: Tensor) in
      function == .log || function == .sqrt || function == .log1p ? abs(x) + 0.1 : x
    }
    try check { tensor in
      let x = x(tensor)
      return switch function {
      case .negate: -x
      case .absolute: abs(x)
      case .sign: sign(x)
      case .exp: exp(x)
      case .expm1: expm1(x)
      case .log: log(x)
      case .log1p: log1p(x)
      case .sqrt: sqrt(x)
      case .reciprocal: 1 / x
      case .tanh: tanh(x)
      case .sigmoid: sigmoid(x)
      case .erf: erf(x)
      case .sin: sin(x)
      case .cos: cos(x)
      case .floor: floor(x)
      case .isFinite: isFinite(log(x)) * 2
      // Recorded by products alone, and left out of graphs.
      case .bfloat16: x
      }
    }
  }

  @Test func comparisonsAndChoices() throws {
    try check { x in
      let y = x.slice(axis: 1, 0..<1)
      let sums = (x .> y) + (x .>= y) * 2 + (x .< y) * 4 + (x .<= y) * 8 + (x .== y) * 16
      return select(x .!= y, sums, select(x, x, y) + minimum(x, 0.3) - maximum(x, y))
    }
    try check { x in pow(abs(x) + 0.1, 1.7) / select(x, x, x.filled(with: 1)) }
  }

  @Test func reductions() throws {
    try check([3, 4]) { $0.sum([1]) }
    try check([3, 4]) { $0.sum([0, 2]).broadcast(to: [$0.shape[0], 3]) }
    try check([3, 4]) { $0.max([-1], keepingAxes: true) - $0.mean([1, 2], keepingAxes: true) }
    // A stretched value counts as often as it is repeated.
    try check([3, 1]) { $0.broadcast(to: [$0.shape[0], 3, 4]).sum([2]) }
    try check([3, 1]) { $0.broadcast(to: [$0.shape[0], 3, 4]).max([2]) }
    try check { ($0.filled(with: 2) + 1).sum([1]) }
  }

  @Test func movement() throws {
    try check([2, 3, 4]) { $0.permuted([2, 0, 3, 1]).permuted([1, 3, 0, 2]) }
    try check([2, 3, 4]) { $0.permuted([2, 0, 3, 1]).permuted([1, 0, 2, 3]) }
    try check([2, 3, 4]) {
      $0.permuted([2, 0, 3, 1]).reshaped(to: [3 * $0.shape[0], 8]) * 2
    }
    try check([2, 3, 4]) {
      $0.slice(starts: [0, 1, 0, 1], sizes: [$0.shape[0], 1, 3, 2], steps: [1, 1, 1, 2])
    }
    try check([2, 3]) { $0.padded([(0, 0), (1, 0), (2, 3)]) }
    try check([2, 3]) { $0.filled(with: 3).padded([(0, 0), (1, 0), (2, 3)]) }
    try check([2, 3]) { Tensor.concatenate([$0, $0.filled(with: 1), $0 * 2], axis: 1) }
    try check([2, 1]) {
      $0.broadcast(to: [$0.shape[0], 2, 5]).slice(axis: 2, 1..<3).reshaped(to: [-1, 4])
    }
    try check([6]) { $0.indices(along: 1) + $0 }
    try check([2, 3]) { $0.reshaped(to: [1, $0.shape[0], 6]).reshaped(to: $0.shape) }
    // Extents that follow the number of samples in other ways than one for one.
    try check([2]) { x in
      let twice = Tensor.concatenate([x, x * 2], axis: 0)
      let more = Tensor.concatenate([twice, x.recorder.constant([7, 8], [1, 2])], axis: 0)
      let (rows, all) = (twice.shape[0], more.shape[0])
      let spread = twice.reshaped(to: [rows, 2, 1]).broadcast(to: [rows, 2, 3])
      let wide = more.reshaped(to: [all, 2, 1]).broadcast(to: [all, 2, 3])
      return Tensor.concatenate(
        [
          spread.reshaped(to: [rows, 6]), wide.reshaped(to: [all, 6]),
          wide.slice(axis: 0, x.shape[0]..<all).reshaped(to: [-1, 6]),
        ], axis: 0)
    }
    // All samples and the first once more, and all again.
    try check { Tensor.concatenate([$0, $0.slice(axis: 0, 0..<1), $0], axis: 0) }
  }

  @Test func gather() throws {
    try check([3]) { x in
      let table = x.recorder.constant([1, 2, 3, 4, 5, 6, 7, 8], [4, 2])
      return table.gather(floor(abs(sin(x)) * 3.99))
    }
    let graph = try check { x in
      x.transposed.gather(x.recorder.constant([4, 0, 4], [3])).transposed
    }
    #expect(!graph.nodes.contains { $0.kind == "Cast" })
  }

  @Test func matrices() throws {
    try check([4, 3]) { matmul($0, $0, transposeB: true) }
    try check([4, 3]) { matmul($0, $0, transposeA: true) }
    try check([6]) { x in
      matmul(x, x.recorder.constant((0..<12).map { Float($0) }, [2, 6]), transposeB: true)
    }
    try check([4, 3]) { x in
      let row = x.recorder.constant([1, -2, 3], [3, 1])
      return matmul(x, row).broadcast(to: [x.shape[0], 4, 2])
    }
    try check([2, 4, 3]) { x in
      let one = x.slice(axis: 1, 0..<1)
      return matmul(one, x.permuted([0, 1, 3, 2]))
    }
  }

  // MARK: What has no form

  private func message(_ record: @escaping (Tensor) -> Tensor) -> String {
    do { try check([6], record) } catch { return "\(error)" }
    return "accepted"
  }

  @Test func whatDependsOnTheBatchIsRefused() {
    #expect(message { $0 - $0.mean([0]) }.contains("number of samples in the batch"))
    #expect(message { $0 + $0.indices(along: 0) }.contains("place in its batch"))
    #expect(
      message { x in x.shape[0] > 1010 ? x + 1 : x }.contains("number of samples in a batch"))
    #expect(message { x in x.shape[0] > 1010 ? x + 1 : x - 1 }.contains("number of samples"))
    #expect(message { $0.random(.normal) }.contains("random numbers"))
  }

  /// A plugin's kernel.
  struct Twice: CustomOperation {
    let name = "twice"
    func shape(of inputs: [Shape]) -> Shape { inputs[0] }
    func compute(
      _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
      into output: UnsafeMutableBufferPointer<Float>
    ) {}
    func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] { [nil] }
  }

  @Test func aKernelOfAPluginIsNamed() {
    #expect(message { Tensor.apply(Twice(), to: [$0]) }.contains("`twice`"))
  }
}
