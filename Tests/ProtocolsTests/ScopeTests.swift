import EspalierConformance
import EspalierProtocols
import Testing

/// Names of layers and their parameters, and what variables do.
@Suite struct ScopeTests {
  private struct Scaled: Layer {
    static let manifest = Manifest("scaled", "w · x")
    func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
      x * scope.parameter("weight", [x.shape[-1]], initial: .constant(2))
    }
  }
  private struct Nest: Layer {
    static let manifest = Manifest("nest", "layers within")
    @Component("within") var layers: [any Layer] = []
    func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
      try scope.apply(layers, to: x)
    }
  }

  @Test func layersAreNumberedByKindUnlessNamed() throws {
    var nest = Nest()
    nest.layers = [Scaled(), Scaled().named("inner")]
    let recorder = Recorder()
    let layers: [any Layer] = [Scaled(), nest, Scaled().named("head"), Scaled()]
    _ = try Scope(recorder).apply(layers, to: recorder.input("x", [2, 3]))
    #expect(
      recorder.variables.variables.map(\.name) == [
        "scaled_1.weight", "nest_1.scaled_1.weight", "nest_1.inner.weight", "head.weight",
        "scaled_2.weight",
      ])
    #expect(
      recorder.layers.map(\.path) == [
        "scaled_1", "nest_1.scaled_1", "nest_1.inner", "nest_1", "head", "scaled_2",
      ])
    #expect(recorder.layers[2].layer == "scaled")
  }

  @Test func parametersAreFoundAgain() throws {
    let table = VariableTable()
    for batch in [2, 5] {
      let recorder = Recorder(variables: table)
      _ = try Scope(recorder).apply([Scaled()], to: recorder.input("x", [batch, 3]))
      _ = try recorder.finish()
    }
    #expect(table.variables.count == 1)
    let recorder = Recorder(variables: table)
    _ = try Scope(recorder).apply([Scaled()], to: recorder.input("x", [2, 4]))
    #expect(
      recorder.failure.map { "\($0)" }
        == "scaled_1: `scaled_1.weight` is used with shape [4] and with [3]")
  }

  @Test func variablesLieInFlatOnesAtMultiplesOfALine() throws {
    let table = VariableTable()
    for (name, count) in [("a", 5), ("b", 16), ("c", 17)] {
      _ = try table.declare(name, [count], role: .weight, initial: .constant(0))
    }
    let (flat, offsets) = try table.flatten([2, 0, 1], name: "all")
    #expect(offsets == [0, 32, 48])
    #expect(flat.shape == [64])
    #expect(flat.role == .flat)
    #expect(table["a"]?.base?.offset == 32)
    #expect(table["a"]?.base?.variable == flat.id)
    #expect(table["none"] == nil)
    let again = try table.flatten([2, 0, 1], name: "all")
    #expect(again.flat.id == flat.id)
    #expect(again.offsets == offsets)
    #expect(table.learned.map(\.name) == ["a", "b", "c"])
  }

  @Test func statisticsMoveAfterTheStep() throws {
    var session = Session()
    func step(_ x: Double) throws -> [String: Evaluation.Array] {
      try session.run(inputs: ["x": .init([], [x])]) { recorder, t in
        let scope = Scope(recorder)
        let mean = scope.statistic("mean", [], initial: 1)
        scope.update("mean", to: (mean + t["x"]!) * 0.5)
        return ["y": mean]
      }
    }
    #expect(try step(3)["y"]!.values == [1])
    #expect(try step(3)["y"]!.values == [2])
  }

  @Test func broadcastingRules() {
    let cases: [(Shape, Shape, Shape?)] = [
      ([], [], []), ([2, 3], [3], [2, 3]), ([2, 1], [1, 3], [2, 3]), ([1], [5, 4], [5, 4]),
      ([2], [3], nil), ([2, 3], [2], nil), ([0], [1], [0]), ([4, 1, 3], [2, 1], [4, 2, 3]),
    ]
    for (a, b, expected) in cases {
      #expect(Shape.broadcast(a, b) == expected)
      #expect(Shape.broadcast(b, a) == expected)
    }
    #expect(([2, 3, 4] as Shape).strides == [12, 4, 1])
    #expect(([2, 3, 4] as Shape)[-1] == 4)
    #expect("\([2, 3] as Shape)" == "[2×3]")
    #expect(([] as Shape).count == 1)
  }

  // MARK: Gradients and the optimizer's step

  private func gradients(_ recorder: Recorder) throws -> Gradients {
    let a = try recorder.variables.declare("a", [2], role: .weight, initial: .constant(0))
    let b = try recorder.variables.declare("b", [2, 1], role: .weight, initial: .constant(0))
    let flat = Tensor.pack(
      [recorder.constant([3, 4], [2]), recorder.constant([0, 12], [2, 1])], offsets: [0, 16],
      count: 32)
    return Gradients(groups: [.init(flat: flat, members: [a, b], offsets: [0, 16])])
  }

  @Test func gradientsOfAStep() throws {
    let found = try Evaluation.run(inputs: [:]) { recorder, _ in
      var g = try gradients(recorder)
      #expect(g.names == ["a", "b"])
      #expect(g["none"] == nil)
      var results = ["norm": g.norm, "b": g["b"]!]
      g.map { $0 * 2 }
      results["doubled"] = g["a"]!
      g.mapEach { name, gradient in name == "a" ? gradient + 1 : gradient }
      results["each"] = g["a"]!
      results["kept"] = g["b"]!
      g["b"] = g["b"]! * 0 + 7
      g["none"] = recorder.constant(1)
      results["set"] = g["b"]!
      results["beside"] = g["a"]!
      return results
    }
    #expect(found["norm"]!.values == [13])
    #expect(found["b"] == .init([2, 1], [0, 12]))
    #expect(found["doubled"]!.values == [6, 8])
    #expect(found["each"]!.values == [7, 9])
    #expect(found["kept"]!.values == [0, 24])
    #expect(found["set"] == .init([2, 1], [7, 7]))
    #expect(found["beside"]!.values == [7, 9])
  }

  @Test(arguments: [0, 0.5, 0.9, 0.999, 0.9999]) func biasCorrections(beta: Double) throws {
    for number in [1, 2, 10, 1000, 100_000] as [Double] {
      let run = beta == 0 ? 0 : (0..<Int(number)).reduce(1.0) { power, _ in power * beta }
      let found = try Evaluation.runOptimized(inputs: ["t": .init([], [number])]) { recorder, t in
        let step = OptimizerStep(
          rate: recorder.constant(1), number: t["t"]!, decays: true, parameter: t["t"]!, name: "0")
        return ["y": step.biasCorrection(beta)]
      }["y"]!.values[0]
      #expect((found / (1 - run) - 1).magnitude < 3e-7)
    }
  }
}
