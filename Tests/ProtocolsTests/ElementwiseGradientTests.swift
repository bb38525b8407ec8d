import EspalierConformance
import EspalierProtocols
import Foundation
import Testing

/// Gradient rules of element-wise primitives against finite differences.
@Suite struct ElementwiseGradientTests {
  static let unary: [@Sendable (Tensor) -> Tensor] = [
    { -$0 }, { abs($0) }, { exp($0) }, { expm1($0) }, { tanh($0) }, { sigmoid($0) }, { erf($0) },
    { sin($0) }, { cos($0) }, { softplus($0) }, { square($0) },
  ]

  @Test(arguments: unary.indices) func functionsOfAnyNumber(index: Int) throws {
    try checkTwice(["x": numbers([2, 3])]) { _, t in Self.unary[index](t["x"]!) }
  }

  static let positive: [@Sendable (Tensor) -> Tensor] = [
    { log($0) }, { log1p($0) }, { sqrt($0) }, { pow($0, 2.5) }, { pow($0, -1) }, { pow(2, $0) },
    { 1 / $0 }, { $0 / 3 }, { 3 - $0 },
  ]

  @Test(arguments: positive.indices) func functionsOfPositiveNumbers(index: Int) throws {
    try checkTwice(["x": positives([2, 3])]) { _, t in Self.positive[index](t["x"]!) }
  }

  @Test func stepsHaveNoGradient() throws {
    let steps: [@Sendable (Tensor) -> Tensor] = [
      { sign($0) }, { floor($0) }, { isFinite($0) }, { $0 .> 0 }, { $0 .>= 0 }, { $0 .< 0 },
      { $0 .<= 0 }, { $0 .== 0 }, { $0 .!= $0.filled(with: 0) }, { $0.withoutGradient() },
    ]
    for step in steps {
      let gradient = try values(["x": numbers([4])]) { _, t in
        (step(t["x"]!) * 2).sum().gradients(for: [t["x"]!])[0]
      }
      #expect(gradient == [0, 0, 0, 0])
    }
  }

  @Test func arithmetic() throws {
    let operations: [@Sendable (Tensor, Tensor) -> Tensor] = [
      { $0 + $1 }, { $0 - $1 }, { $0 * $1 }, { $0 / $1 }, { maximum($0, $1) }, { minimum($0, $1) },
    ]
    let shapes: [(Shape, Shape)] = [
      ([2, 3], [2, 3]), ([2, 3], [3]), ([2, 1], [1, 3]), ([], [2]),
    ]
    for operation in operations {
      for (a, b) in shapes {
        try checkTwice(["a": numbers(a), "b": numbers(b, 5)]) { _, t in
          // Moved, since equal operands of a maximum have no derivative.
          operation(t["a"]!, t["b"]! * 1.01 + 0.013)
        }
      }
    }
  }

  @Test func powersOfBothOperands() throws {
    try checkTwice(["a": positives([2, 3]), "b": numbers([3], 2)]) { _, t in
      pow(t["a"]!, t["b"]!)
    }
  }

  /// The general rule would be 0 · ∞ here.
  @Test func wholePowersAtZero() throws {
    func slope(_ exponent: Float, _ order: Int) throws -> Double {
      try values(["x": .init([], [0])]) { _, t in
        (0..<order).reduce(pow(t["x"]!, exponent)) { y, _ in y.gradients(for: [t["x"]!])[0] }
      }[0]
    }
    #expect(try slope(0, 1) == 0)
    #expect(try slope(1, 1) == 1)
    #expect(try slope(1, 2) == 0)
    #expect(try slope(2, 2) == 2)
    #expect(try slope(2, 3) == 0)
    #expect(try slope(3, 3) == 6)
  }

  @Test func selection() throws {
    try checkTwice(
      ["c": .init([3], [1, 0, 2]), "a": numbers([2, 3]), "b": numbers([2, 1], 4)], constants: ["c"]
    ) { _, t in select(t["c"]!, t["a"]!, t["b"]!) }
  }

  @Test func equalOperandsOfMaximumAndMinimum() throws {
    func gradients(_ function: @escaping (Tensor, Tensor) -> Tensor) throws -> [Double] {
      try values(["a": .init([], [1]), "b": .init([], [1])]) { _, t in
        let g = function(t["a"]!, t["b"]!).gradients(for: [t["a"]!, t["b"]!])
        return Tensor.concatenate(g.map { $0.reshaped(to: [1]) }, axis: 0)
      }
    }
    #expect(try gradients { maximum($0, $1) } == [0, 1])
    #expect(try gradients { minimum($0, $1) } == [1, 0])
  }

  @Test func aValueUsedTwice() throws {
    try checkTwice(["x": numbers([3])]) { _, t in t["x"]! * tanh(t["x"]!) + t["x"]! }
  }

  @Test func independentAndOwnGradients() throws {
    let found = try Evaluation.run(inputs: ["x": numbers([2]), "z": numbers([3])]) { _, t in
      let y = t["x"]!.sum()
      let g = y.gradients(for: [t["z"]!, y])
      return ["z": g[0], "y": g[1]]
    }
    #expect(found["z"]!.values == [0, 0, 0])
    #expect(found["y"]!.values == [1])
  }

  /// Functions of one tensor that are recorded as several nodes, which meet again.
  static let composed: [@Sendable (Tensor) -> Tensor] = [
    { 0.5 * $0 * (1 + erf($0 * 0.7)) }, { $0 * sigmoid($0) }, { $0 * tanh(softplus($0)) },
    { exp($0) / (1 + exp($0) * exp($0)) }, { ($0 * $0 - tanh($0)) * ($0 + 3) },
    { tanh(tanh($0) * sigmoid($0)) - $0 },
  ]

  @Test(arguments: composed.indices) func functionsOfSeveralNodes(index: Int) throws {
    let function = Self.composed[index]
    try checkTwice(["x": numbers([2, 3])]) { _, t in function(t["x"]!) }
    // The same with more than one way to the argument, and from within.
    try checkTwice(["x": numbers([2, 3])]) { _, t in
      let x = tanh(t["x"]!)
      return function(x) * x + function(function(x) * 0.3)
    }
    try checkTwice(["x": numbers([2, 3]), "y": numbers([2, 3], 4)]) { _, t in
      function(t["x"]! * t["y"]!) + t["y"]!
    }
  }

  /// A gradient for a value inside of such a function goes there too.
  @Test func gradientsWithinAFunction() throws {
    let x: [Double] = [0.3, -0.8]
    let both = try values(["x": .init([2], x)]) { _, t in
      let gate = sigmoid(t["x"]!)
      let gradients = (t["x"]! * gate).sum().gradients(for: [gate, t["x"]!])
      return Tensor.concatenate(gradients, axis: 0)
    }
    #expect(both[0..<2] == [0.3, -0.8])
    for (index, x) in x.enumerated() {
      let gate = 1 / (1 + exp(-x))
      #expect(abs(both[2 + index] - (gate + x * gate * (1 - gate))) < 1e-12)
    }
  }
}
