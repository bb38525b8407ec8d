import EspalierCompiler
import EspalierConformance
import EspalierProtocols
import Testing

/// What is kept between passes, and what is made again.
@Suite struct RecomputationTests {
  private let inputs: [String: Evaluation.Array] = [
    "x": .init([12, 8], (0..<96).map { Double($0 % 13) / 7 - 0.8 }),
    "w": .init([8, 8], (0..<64).map { Double($0 % 11) / 9 - 0.5 }),
  ]

  /// The values of the shape that passes write.
  private func kept(
    _ shape: Shape, _ body: @escaping (Recorder, [String: Tensor]) -> [String: Tensor]
  ) throws -> [Primitive] {
    let recorder = Recorder()
    let x = recorder.input("x", [12, 8])
    let w = recorder.input("w", [8, 8])
    for (name, tensor) in body(recorder, ["x": x, "w": w]) { recorder.output(name, tensor) }
    let plan = Compiler.plan(try recorder.finish())
    return plan.kernels.flatMap { kernel -> [Primitive] in
      switch kernel {
      case .fused(let group), .product(_, let group):
        group.writes.map { plan.program.nodes[$0.value] }.filter { $0.shape == shape }
          .map(\.primitive)
      default: []
      }
    }
  }

  /// 1 - y² is made again from y, which a product needs in memory anyway.
  @Test func cheapValueOfAKeptOne() throws {
    let body: (Recorder, [String: Tensor]) -> [String: Tensor] = { _, t in
      let y = tanh(t["x"]!)
      let z = matmul(matmul(y, t["w"]!), t["w"]!)
      return ["out": z * (1 - y * y) + 1]
    }
    #expect(try kept([12, 8], body) == [.unary(.tanh), .binary(.add)])
    try Evaluation.checkBackends(inputs: inputs) { body($0, $1) }
  }

  /// What is costly is kept, and so is what has nothing kept to be made from.
  @Test func costlyValues() throws {
    let body: (Recorder, [String: Tensor]) -> [String: Tensor] = { _, t in
      let y = tanh(t["x"]!)
      let z = matmul(matmul(y, t["w"]!), t["w"]!)
      return ["out": z * exp(y) + 1]
    }
    #expect(
      try kept([12, 8], body) == [.unary(.tanh), .unary(.exp), .binary(.add)])
    try Evaluation.checkBackends(inputs: inputs) { body($0, $1) }
  }

  /// What an operand is made again from must not be overwritten before.
  @Test func variableThatTheStepChanges() throws {
    try Evaluation.checkBackends(
      inputs: inputs, parameters: ["a": (0..<96).map { Float($0 % 5) / 4 }.map(Double.init)]
    ) { recorder, t in
      let a = try recorder.variables.declare("a", [12, 8], role: .weight, initial: .constant(0))
      let old = recorder.value(of: a)
      let y = tanh(t["x"]!) + old
      let z = matmul(matmul(y, t["w"]!), t["w"]!)
      recorder.assign(a, old + z * (old * 0.5 - y))
      return ["out": z * (y - old)]
    }
  }

  /// The derivative of x·Φ(x) is found on the way forward: beside what the next product reads, nothing else is kept.
  @Test func derivativeOfOneArgument() throws {
    let body: (Recorder, [String: Tensor]) -> [String: Tensor] = { _, t in
      let x = matmul(t["x"]!, t["w"]!)
      let y = 0.5 * x * (1 + erf(x * 0.7))
      let loss = square(matmul(y, t["w"]!)).sum()
      return ["dx": loss.gradients(for: [t["x"]!])[0]]
    }
    // y, its derivative, the product's gradient, and both multiplied.
    #expect(
      try kept([12, 8], body).filter { $0 == .unary(.erf) || $0 == .unary(.exp) }.isEmpty)
    #expect(try kept([12, 8], body).count <= 4)
    try Evaluation.checkBackends(inputs: inputs) { body($0, $1) }
  }
}
