import EspalierFormats

/// Runs the graphs that are exported, operator by operator in double precision, by the standard's
/// definition of each: a second opinion on what was written, and slow.
package struct ONNXInterpreter {
  private let graph: ONNXGraph
  /// For each node, the values that no later one takes.
  private let lastUses: [[String]]

  package init(_ graph: ONNXGraph) {
    self.graph = graph
    var seen = Set(graph.outputs.map(\.name) + graph.initializers.map(\.name))
    var lastUses = [[String]](repeating: [], count: graph.nodes.count)
    for (number, node) in graph.nodes.enumerated().reversed() {
      lastUses[number] = (node.inputs + node.outputs).filter { seen.insert($0).inserted }
    }
    self.lastUses = lastUses
  }

  /// - Parameter inputs: by name; all that the graph has.
  /// - Returns: the graph's outputs by name.
  /// - Throws: ``ExportFailure`` for an operator that is not known or operands that do not fit.
  package func run(_ inputs: [String: ONNXValue]) throws -> [String: ONNXValue] {
    var values = inputs
    for tensor in graph.initializers { values[tensor.name] = ONNXValue(tensor) }
    for input in graph.inputs where values[input.name] == nil {
      throw ExportFailure("the graph's input `\(input.name)` has no value")
    }
    for (node, unused) in zip(graph.nodes, lastUses) {
      var operands: [ONNXValue] = []
      for input in node.inputs {
        guard let value = values[input] else {
          throw ExportFailure("nothing computes `\(input)`", at: node.name)
        }
        operands.append(value)
      }
      guard let output = node.outputs.first, node.outputs.count == 1 else {
        throw ExportFailure("has \(node.outputs.count) results, one is known", at: node.name)
      }
      do {
        values[output] = try ONNXOperation(node, operands).run()
      } catch {
        throw error.place.isEmpty ? ExportFailure(error.message, at: node.name) : error
      }
      for name in unused { values[name] = nil }
    }
    var results: [String: ONNXValue] = [:]
    for output in graph.outputs {
      guard let value = values[output.name] else {
        throw ExportFailure("nothing computes the output `\(output.name)`")
      }
      results[output.name] = value
    }
    return results
  }
}

/// One operator with its operands.
struct ONNXOperation {
  let node: ONNXNode
  private let operands: [ONNXValue]

  init(_ node: ONNXNode, _ operands: [ONNXValue]) {
    self.node = node
    self.operands = operands
  }

  func run() throws(ExportFailure) -> ONNXValue {
    if let result = try elements() { return result }
    if let result = try movement() { return result }
    if let result = try products() { return result }
    throw ExportFailure("the operator \(node.kind) is not known")
  }

  // MARK: Operands and settings

  var all: [ONNXValue] { operands }

  func operand(_ number: Int) throws(ExportFailure) -> ONNXValue {
    guard operands.indices.contains(number) else {
      throw ExportFailure("\(node.kind) lacks its operand \(number)")
    }
    return operands[number]
  }

  func operand(ifPresent number: Int) -> ONNXValue? {
    operands.indices.contains(number) ? operands[number] : nil
  }

  func integer(_ name: String, _ standard: Int) -> Int {
    if case .integer(let value)? = node.attributes[name] { value } else { standard }
  }

  func integers(_ name: String, _ standard: [Int]) -> [Int] {
    if case .integers(let values)? = node.attributes[name] { values } else { standard }
  }

  /// An axis of a value, counted from the front.
  func axis(_ number: Int, of value: ONNXValue) throws(ExportFailure) -> Int {
    let axis = number < 0 ? number + value.shape.count : number
    guard value.shape.indices.contains(axis) else {
      throw ExportFailure("\(node.kind) names the axis \(number) of \(value.shape)")
    }
    return axis
  }
}
