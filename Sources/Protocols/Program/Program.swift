/// One value of a program: what computes it, from which earlier values, and its shape.
public struct Node: Sendable {
  /// What is computed.
  public var primitive: Primitive
  /// What it is computed from, or what is handed in at each run.
  public var inputs: [Int]
  /// Extents of the value.
  public var shape: Shape
  /// Index into ``Program/scopes``: the layer or plugin that recorded it.
  public var scope: Int

  public init(_ primitive: Primitive, _ inputs: [Int], _ shape: Shape, scope: Int) {
    self.primitive = primitive
    self.inputs = inputs
    self.shape = shape
    self.scope = scope
  }
}

/// A recorded computation: nodes in an order in which each follows its inputs.
public struct Program: Sendable {
  /// Something handed in at each run.
  public struct Input: Sendable {
    /// Its name.
    public let name: String
    /// Extents of the value.
    public let shape: Shape
  }
  /// Something read after each run.
  public struct Output: Sendable {
    /// Its name.
    public let name: String
    /// The value's node.
    public var node: Int
  }
  /// A variable's value after the run.
  public struct Assignment: Sendable {
    /// The variable's number.
    public let variable: Int
    /// The value's node.
    public var node: Int
  }

  /// All values, each after those it is computed from.
  public var nodes: [Node]
  /// What it is computed from, or what is handed in at each run.
  public var inputs: [Input]
  /// What is read after each run.
  public var outputs: [Output]
  /// What variables become.
  public var assignments: [Assignment]
  /// The variables that nodes refer to, by their number.
  public var variables: [Variable]
  /// Paths of layers and plugins, for messages and traces.
  public var scopes: [String]

  /// The number that a node is everywhere, if it is one.
  package func constant(_ node: Int) -> Float? {
    switch nodes[node].primitive {
    case .constant(let value): value
    case .broadcast, .reshape: constant(nodes[node].inputs[0])
    default: nil
    }
  }

  /// Multiply-adds counted as two, by the arithmetic of matrix products and convolutions alone.
  public var floatingPointOperations: Int {
    nodes.indices.reduce(0) { $0 + floatingPointOperations(of: $1) }
  }

  /// Those of one node.
  public func floatingPointOperations(of number: Int) -> Int {
    let node = nodes[number]
    switch node.primitive {
    case .matmul(let transposeA, _, _):
      return 2 * node.shape.count * nodes[node.inputs[0]].shape[transposeA ? -2 : -1]
    case .convolution:
      let filter = nodes[node.inputs[1]].shape
      return 2 * node.shape.count * filter[0] * filter[1] * filter[2]
    case .convolutionInputGradient:
      let filter = nodes[node.inputs[1]].shape
      return 2 * nodes[node.inputs[0]].shape.count * filter[0] * filter[1] * filter[2]
    case .convolutionFilterGradient:
      return 2 * nodes[node.inputs[1]].shape.count * node.shape[0] * node.shape[1] * node.shape[2]
    default: return 0
    }
  }
}
