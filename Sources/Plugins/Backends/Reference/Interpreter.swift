import EspalierProtocols

/// Runs a program node by node in double precision, by the definition of each primitive.
///
/// Plain loops without planning, fusion or threads: what the optimized execution is compared with, and
/// precise enough for finite differences.
public struct Interpreter {
  /// What is run.
  public let program: Program
  /// The seed of random numbers.
  public var seed: UInt64
  /// The step that random numbers are for.
  public var step: UInt64
  /// Called with each value right after it is computed.
  public var inspect: ((_ node: Int, _ value: [Double]) throws -> Void)?

  public init(_ program: Program, seed: UInt64 = 0, step: UInt64 = 0) {
    self.program = program
    self.seed = seed
    self.step = step
  }

  /// The values of all nodes.
  ///
  /// - Parameters:
  ///   - inputs: elements of each input, in the program's order.
  ///   - variable: elements of a variable.
  /// - Throws: ``PluginError`` for an index out of range, and what ``inspect`` throws.
  public func run(inputs: [[Double]], variable: (Int) -> [Double]) throws -> [[Double]] {
    var values: [[Double]] = []
    values.reserveCapacity(program.nodes.count)
    for (number, node) in program.nodes.enumerated() {
      let value: [Double]
      switch node.primitive {
      case .input(let slot): value = inputs[slot]
      case .variable(let id): value = variable(id)
      default:
        value = try compute(node, node.inputs.map { Operand(program.nodes[$0].shape, values[$0]) })
      }
      try inspect?(number, value)
      values.append(value)
    }
    return values
  }

  struct Operand {
    let shape: Shape
    let values: [Double]
    init(_ shape: Shape, _ values: [Double]) {
      self.shape = shape
      self.values = values
    }

    /// As a product of some precision reads it.
    func read(as precision: ProductPrecision) -> Operand {
      guard precision != .float32 else { return self }
      return Operand(shape, values.map { Double(precision.rounded(Float($0))) })
    }
  }

  private func compute(_ node: Node, _ x: [Operand]) throws -> [Double] {
    let count = node.shape.count
    switch node.primitive {
    case .input, .variable: return []
    case .constant(let value): return [Double(value)]
    case .random(let distribution, let stream):
      let random = CounterRandom(seed: seed, stream: stream, step: step)
      return (0..<count).map { Double(random.value(distribution, at: UInt64($0))) }
    case .index(let axis):
      let inner = node.shape.strides[axis]
      let extent = node.shape[axis]
      return (0..<count).map { Double($0 / inner % extent) }
    case .unary(let function): return x[0].values.map { evaluate(function, $0) }
    case .binary(let function):
      return zip(x[0].values, x[1].values).map { evaluate(function, $0, $1) }
    case .select:
      return (0..<count).map { x[0].values[$0] != 0 ? x[1].values[$0] : x[2].values[$0] }
    case .broadcast:
      let strides = zip(x[0].shape.dimensions, x[0].shape.strides).map { $0 == 1 ? 0 : $1 }
      return walk(node.shape) { x[0].values[dot($0, strides)] }
    case .reduce(let kind, _): return reduce(kind, x[0], to: node.shape)
    case .matmul(let transposeA, let transposeB, let precision):
      let (a, b) = (x[0].read(as: precision), x[1].read(as: precision))
      return multiply(a, b, node.shape, transposeA, transposeB)
    case .reshape, .stopGradient: return x[0].values
    case .permute(let order):
      let strides = order.map { x[0].shape.strides[$0] }
      return walk(node.shape) { x[0].values[dot($0, strides)] }
    case .slice(let starts, let steps):
      let strides = x[0].shape.strides
      let offset = dot(starts, strides)
      let stepped = zip(strides, steps).map { $0 * $1 }
      return walk(node.shape) { x[0].values[offset + dot($0, stepped)] }
    case .embed(let starts, let steps):
      var result = [Double](repeating: 0, count: count)
      let strides = node.shape.strides
      let offset = dot(starts, strides)
      let stepped = zip(strides, steps).map { $0 * $1 }
      var next = 0
      forEachIndex(x[0].shape) {
        result[offset + dot($0, stepped)] = x[0].values[next]
        next += 1
      }
      return result
    case .concatenate(let axis): return concatenate(x, axis, node.shape)
    case .pack(let offsets):
      var result = [Double](repeating: 0, count: count)
      for (part, offset) in zip(x, offsets) {
        result.replaceSubrange(offset..<offset + part.values.count, with: part.values)
      }
      return result
    case .gather:
      let rows = x[0].shape[0]
      let width = x[0].shape.count / max(rows, 1)
      return try x[1].values.flatMap { index in
        let row = try rowNumber(index, below: rows)
        return x[0].values[row * width..<(row + 1) * width]
      }
    case .scatterAdd(let rows):
      let width = count / max(rows, 1)
      var result = [Double](repeating: 0, count: count)
      for (place, index) in x[0].values.enumerated() {
        let row = try rowNumber(index, below: rows)
        for column in 0..<width {
          result[row * width + column] += x[1].values[place * width + column]
        }
      }
      return result
    case .convolution(let w):
      let (a, b) = (x[0].read(as: w.precision), x[1].read(as: w.precision))
      return convolution(w, a, b, node.shape)
    case .convolutionInputGradient(let w):
      let (a, b) = (x[0].read(as: w.precision), x[1].read(as: w.precision))
      return convolutionInputGradient(w, a, b, node.shape)
    case .convolutionFilterGradient(let w):
      let (a, b) = (x[0].read(as: w.precision), x[1].read(as: w.precision))
      return convolutionFilterGradient(w, a, b, node.shape)
    case .maxPool(let w): return maxPool(w, x[0], node.shape).values
    case .maxPoolTap(let w): return maxPool(w, x[0], node.shape).taps
    case .poolGather(let w): return poolGather(w, x[0], x[1])
    case .poolScatter(let w): return poolScatter(w, x[0], x[1], node.shape)
    case .averagePool(let w): return averagePool(w, x[0], node.shape)
    case .averagePoolGradient(let w): return averagePoolGradient(w, x[0], node.shape)
    case .custom(let custom): return compute(custom.operation, x, count)
    }
  }

  private func rowNumber(_ index: Double, below rows: Int) throws -> Int {
    guard index >= 0, index < Double(rows), index == index.rounded() else {
      throw PluginError("index \(index) is not among the \(rows) rows of a table")
    }
    return Int(index)
  }

  /// A plugin's kernel works in single precision.
  private func compute(_ operation: any CustomOperation, _ x: [Operand], _ count: Int) -> [Double] {
    let storage = x.map { operand in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: max(operand.values.count, 1))
      _ = buffer.initialize(from: operand.values.map { Float($0) })
      return buffer
    }
    let output = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(count, 1))
    output.initialize(repeating: 0)
    defer {
      storage.forEach { $0.deallocate() }
      output.deallocate()
    }
    operation.compute(
      zip(storage, x).map { UnsafeBufferPointer(rebasing: $0[..<$1.values.count]) },
      x.map(\.shape), into: UnsafeMutableBufferPointer(rebasing: output[..<count]))
    return output[..<count].map { Double($0) }
  }
}

func dot(_ a: [Int], _ b: [Int]) -> Int {
  var sum = 0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

/// Calls `body` with each index of a shape, row-major.
func forEachIndex(_ shape: Shape, _ body: ([Int]) -> Void) {
  var index = [Int](repeating: 0, count: shape.rank)
  for _ in 0..<shape.count {
    body(index)
    var axis = shape.rank - 1
    while axis >= 0 {
      index[axis] += 1
      if index[axis] < shape[axis] { break }
      index[axis] = 0
      axis -= 1
    }
  }
}

func walk(_ shape: Shape, _ value: ([Int]) -> Double) -> [Double] {
  var result: [Double] = []
  result.reserveCapacity(shape.count)
  forEachIndex(shape) { result.append(value($0)) }
  return result
}
