import EspalierFormats
import EspalierProtocols

/// Writes a program for batches of any size as an ONNX graph, node by node.
///
/// Every primitive becomes one operator, or a few. A stretched value is kept as it was before, since
/// ONNX stretches operands itself; it is made whole only for what needs all of its elements.
struct GraphTranslation {
  /// A value of the graph: its own extents, which stretch to those of its node, aligned at the last.
  struct Value {
    var name: String
    var shape: [BatchExtent]
  }

  let batch: BatchProgram
  let variable: (Variable) -> [Float]
  var builder: GraphBuilder
  private var values: [Value] = []
  private var variables: [Int: String] = [:]
  /// The row [n], once somebody needs it.
  private var samples: String?
  /// The graph's input.
  private var features = ""

  /// - Parameter variable: the elements of a variable.
  init(_ batch: BatchProgram, named name: String, variable: @escaping (Variable) -> [Float]) {
    self.batch = batch
    self.variable = variable
    builder = GraphBuilder(name)
  }

  /// Translates all nodes that an output needs.
  mutating func run() throws {
    let program = batch.program
    var needed = Set(program.outputs.map(\.node))
    // The number of samples is read off the input, whatever is made of its values.
    for (number, node) in program.nodes.enumerated() {
      if case .input = node.primitive { needed.insert(number) }
    }
    for number in program.nodes.indices.reversed() where needed.contains(number) {
      needed.formUnion(program.nodes[number].inputs)
    }
    values = [Value](repeating: Value(name: "", shape: []), count: program.nodes.count)
    for number in program.nodes.indices where needed.contains(number) {
      values[number] = try translate(number)
    }
  }

  // MARK: Reading

  func scope(_ number: Int) -> String { batch.program.scopes[batch.program.nodes[number].scope] }

  func failure(_ number: Int, _ message: String) -> ExportFailure {
    ExportFailure(message, at: scope(number))
  }

  /// The value of a node as it is, to be stretched by its reader.
  func value(_ number: Int) -> Value { values[number] }

  /// The value with as many axes as its node has, still not stretched.
  mutating func aligned(_ number: Int) -> Value {
    let value = values[number]
    let missing = batch.shapes[number].count - value.shape.count
    guard missing > 0 else { return value }
    let shape = [BatchExtent](repeating: .one, count: missing) + value.shape
    return Value(name: reshaped(value.name, to: shape, in: scope(number)), shape: shape)
  }

  /// The value stretched along axes, all of them unless given.
  mutating func whole(_ number: Int, axes: Set<Int>? = nil) -> Value {
    let value = aligned(number)
    let target = batch.shapes[number].enumerated().map { axis, extent in
      axes?.contains(axis) ?? true ? extent : value.shape[axis]
    }
    guard target != value.shape else { return value }
    let shape = extents(target, in: scope(number))
    return Value(
      name: builder.add("Expand", [value.name, shape], in: scope(number)), shape: target)
  }

  /// The same elements under another shape.
  mutating func reshaped(
    _ value: String, to shape: [BatchExtent], in scope: String
  ) -> String {
    let free = shape.filter { !$0.isFixed }.count
    let row =
      free <= 1
      ? builder.integers(shape.map { $0.isFixed ? $0.fixed : -1 }) : extents(shape, in: scope)
    return builder.add("Reshape", [value, row], in: scope)
  }

  /// Extents as a row of whole numbers, computed where they follow the number of samples.
  mutating func extents(_ shape: [BatchExtent], in scope: String) -> String {
    if shape.allSatisfy(\.isFixed) { return builder.integers(shape.map(\.fixed)) }
    let parts = shape.map { extent -> String in
      if extent.isFixed { return builder.integers([extent.fixed]) }
      var result = sampleCount()
      if extent.perSample != 1 {
        result = builder.add("Mul", [result, builder.integers([extent.perSample])], in: scope)
      }
      if extent.fixed != 0 {
        result = builder.add("Add", [result, builder.integers([extent.fixed])], in: scope)
      }
      return result
    }
    return parts.count == 1
      ? parts[0] : builder.add("Concat", parts, ["axis": .integer(0)], in: scope)
  }

  private mutating func sampleCount() -> String {
    if let samples { return samples }
    let shape = builder.add("Shape", [features], in: "samples")
    let count = builder.add(
      "Slice", [shape, builder.integers([0]), builder.integers([1])], in: "samples")
    samples = count
    return count
  }

  // MARK: Nodes

  private mutating func translate(_ number: Int) throws -> Value {
    let node = batch.program.nodes[number]
    let shape = batch.shapes[number]
    let scope = scope(number)
    switch node.primitive {
    case .input(let slot):
      features = builder.input(batch.program.inputs[slot].name, Self.port(shape))
      return Value(name: features, shape: shape)
    case .constant(let value): return Value(name: builder.number(value), shape: [])
    case .variable(let id):
      let variable = batch.program.variables[id]
      if variables[id] == nil {
        variables[id] = builder.array(
          variable.name, variable.shape.dimensions, self.variable(variable))
      }
      return Value(name: variables[id]!, shape: shape)
    case .custom(let custom):
      guard let fixed = custom.operation as? FixedNumbers else {
        throw failure(
          number, "ONNX has no operator for the operation `\(custom.operation.name)`")
      }
      guard shape.allSatisfy(\.isFixed) else {
        throw failure(number, "its constants depend on the number of samples in a batch")
      }
      let name = (scope.isEmpty ? "" : scope + ".") + "constants"
      return Value(
        name: builder.array(name, fixed.shape.dimensions, fixed.values), shape: shape)
    case .index(let axis):
      guard shape[axis].isFixed else {
        throw failure(number, "what it computes depends on a sample's place in its batch")
      }
      let extents = [shape[axis].fixed] + [Int](repeating: 1, count: shape.count - axis - 1)
      let name = (scope.isEmpty ? "" : scope + ".") + "indices"
      return Value(
        name: builder.array(name, extents, (0..<extents[0]).map { Float($0) }),
        shape: extents.map { BatchExtent($0) })
    case .random:
      throw failure(number, "its predictions depend on random numbers, which ONNX cannot repeat")
    case .stopGradient, .broadcast: return value(node.inputs[0])
    case .unary(let function): return unary(function, value(node.inputs[0]), scope)
    case .binary(let function): return binary(function, node.inputs.map(value), scope)
    case .select: return select(node.inputs.map(value), scope)
    case .reshape: return reshape(number)
    case .permute(let order): return permute(number, order)
    case .slice(_, let steps): return try slice(number, steps)
    case .embed(_, let steps): return try embed(number, steps)
    case .concatenate(let axis):
      let parts = node.inputs.map { whole($0).name }
      return Value(
        name: builder.add("Concat", parts, ["axis": .integer(axis)], in: scope), shape: shape)
    case .gather: return gather(number)
    case .reduce(let kind, let axes): return reduce(number, kind, axes)
    case .matmul(let transposeA, let transposeB, _): return matmul(number, transposeA, transposeB)
    case .convolution(let window): return convolution(number, window)
    case .convolutionInputGradient(let window): return transposedConvolution(number, window)
    case .maxPool(let window): return maxPool(number, window)
    case .averagePool(let window): return try averagePool(number, window)
    case .pack, .scatterAdd, .convolutionFilterGradient, .maxPoolTap, .poolGather, .poolScatter,
      .averagePoolGradient:
      throw failure(number, "a prediction that uses `\(node.primitive.name)` has no form in ONNX")
    }
  }

  static func port(_ shape: [BatchExtent]) -> [ONNXPort.Extent] {
    shape.map { extent in
      if extent.isFixed { return .fixed(extent.fixed) }
      return .named(
        extent == BatchExtent(0, perSample: 1) ? "N" : "\(extent.perSample)N+\(extent.fixed)")
    }
  }
}
