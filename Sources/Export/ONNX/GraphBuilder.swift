import EspalierFormats

/// A graph that grows operator by operator; what is there already is not written twice.
struct GraphBuilder {
  private(set) var graph: ONNXGraph
  private var names: Set<String> = []
  /// The result of an operator that was added.
  private var known: [ONNXNode: String] = [:]
  private var numbers: [UInt32: String] = [:]
  private var integers: [[Int]: String] = [:]
  private var fixed: Set<String> = []
  /// What a transposition was made of.
  private var transposed: [String: (source: String, order: [Int])] = [:]
  /// The true-or-false value of which a value of 1 and 0 was made.
  private(set) var conditions: [String: String] = [:]

  init(_ name: String) { graph = ONNXGraph(name) }

  // MARK: Names

  /// A name that is not taken: the wanted one, or that with a number.
  private mutating func free(_ wanted: String) -> String {
    var name = wanted
    var number = 2
    while !names.insert(name).inserted {
      name = "\(wanted)_\(number)"
      number += 1
    }
    return name
  }

  // MARK: Values

  mutating func input(_ name: String, _ shape: [ONNXPort.Extent]) -> String {
    let name = free(name)
    graph.inputs.append(ONNXPort(name, .float, shape))
    return name
  }

  /// An array of weights.
  mutating func array(_ name: String, _ shape: [Int], _ values: [Float]) -> String {
    let name = free(name)
    graph.initializers.append(ONNXTensor(name, shape, .floats(values)))
    fixed.insert(name)
    return name
  }

  /// A single number, shape [].
  mutating func number(_ value: Float) -> String {
    if let known = numbers[value.bitPattern] { return known }
    let name = array("number_\(value)", [], [value])
    numbers[value.bitPattern] = name
    return name
  }

  /// A row of whole numbers.
  mutating func integers(_ values: [Int]) -> String {
    if let known = integers[values] { return known }
    let name = free("integers_" + values.map(String.init).joined(separator: "_").prefix(40))
    graph.initializers.append(
      ONNXTensor(name, [values.count], .integers(values.map { Int64($0) })))
    integers[values] = name
    return name
  }

  /// The array of weights that a value is; `nil` for what is computed.
  func array(_ name: String) -> ONNXTensor? {
    fixed.contains(name) ? graph.initializers.first { $0.name == name } : nil
  }

  // MARK: Operators

  /// Adds an operator in a layer.
  /// - Returns: the name of its result.
  mutating func add(
    _ kind: String, _ inputs: [String], _ attributes: [String: ONNXAttribute] = [:],
    in scope: String
  ) -> String {
    let key = ONNXNode(kind, name: "", inputs: inputs, outputs: [], attributes: attributes)
    if let result = known[key] { return result }
    let name = free((scope.isEmpty ? "" : scope + ".") + kind.lowercased())
    graph.nodes.append(
      ONNXNode(kind, name: name, inputs: inputs, outputs: [name], attributes: attributes))
    known[key] = name
    return name
  }

  /// Axes in another order; one transposition after another is one, or none.
  mutating func permuted(_ value: String, _ order: [Int], in scope: String) -> String {
    var (source, order) = (value, order)
    if let earlier = transposed[value] {
      source = earlier.source
      order = order.map { earlier.order[$0] }
    }
    if order == Array(order.indices) { return source }
    let result = add("Transpose", [source], ["perm": .integers(order)], in: scope)
    transposed[result] = (source, order)
    return result
  }

  /// 1 where a value of true and false is true, else 0.
  mutating func number(of condition: String, in scope: String) -> String {
    let result = add(
      "Cast", [condition], ["to": .integer(ONNXType.float.rawValue)], in: scope)
    conditions[result] = condition
    return result
  }

  /// Whether a value is not zero.
  mutating func condition(of value: String, in scope: String) -> String {
    conditions[value]
      ?? add("Cast", [value], ["to": .integer(ONNXType.bool.rawValue)], in: scope)
  }

  // MARK: Ends

  /// Makes a value an output under a name.
  mutating func output(
    _ value: String, as wanted: String, _ shape: [ONNXPort.Extent], type: ONNXType = .float
  ) {
    let name = free(wanted)
    graph.nodes.append(
      ONNXNode("Identity", name: "output." + name, inputs: [value], outputs: [name]))
    graph.outputs.append(ONNXPort(name, type, shape))
  }

  /// The graph without what no output needs.
  func finished() -> ONNXGraph {
    var needed = Set(graph.outputs.map(\.name))
    var nodes: [ONNXNode] = []
    for node in graph.nodes.reversed() where !needed.isDisjoint(with: node.outputs) {
      needed.formUnion(node.inputs)
      nodes.append(node)
    }
    var result = graph
    result.nodes = nodes.reversed()
    result.initializers = graph.initializers.filter { needed.contains($0.name) }
    return result
  }
}
