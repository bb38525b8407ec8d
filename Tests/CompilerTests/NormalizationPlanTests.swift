import EspalierCompiler
import EspalierProtocols
import Testing

/// What a normalized layer costs in passes and in memory.
@Suite struct NormalizationPlanTests {
  /// A dense layer, its result normalized by column, scaled, moved and cut off, with gradients of everything.
  private let plan: Plan = {
    let recorder = Recorder(variables: VariableTable())
    let x = recorder.input("x", [64, 48])
    let weights = recorder.input("weights", [48, 32])
    let factor = recorder.input("factor", [32])
    let shift = recorder.input("shift", [32])
    let y = matmul(x, weights)
    let centered = y - y.mean([0], keepingAxes: true)
    let variance = square(centered).mean([0], keepingAxes: true)
    let normalized = centered * (1 / sqrt(variance + 1e-5))
    let result = maximum(normalized * factor + shift, 0)
    recorder.output("result", result)
    let gradients = (square(result) * x.sum()).sum().gradients(for: [weights, factor, shift])
    for (number, gradient) in gradients.enumerated() {
      recorder.output("gradient \(number)", gradient)
    }
    return Compiler.plan(try! recorder.finish())
  }()

  private var groups: [FusedGroup] {
    plan.kernels.compactMap { kernel in
      if case .fused(let group) = kernel { return group }
      return nil
    }
  }

  private func writesAll(_ group: FusedGroup, _ function: Binary) -> Bool {
    group.writes.contains { write in
      plan.program.nodes[write.value].primitive == .binary(function)
        && plan.program.nodes[write.value].shape == [64, 32]
    }
  }

  /// The pass that takes the mean off sums the squares of what is left, without writing them.
  @Test func squaresAreSummedOnTheWay() throws {
    let nodes = plan.program.nodes
    let centering = try #require(
      groups.first { group in
        group.reductions.values.contains(.column)
          && group.nodes.contains {
            nodes[$0].primitive == .binary(.subtract) && nodes[$0].shape == [64, 32]
          }
      })
    #expect(!writesAll(centering, .multiply))
  }
}
