import EspalierProtocols

extension Program {
  /// The same program with copies of variables' old values for results that need them after the run has
  /// overwritten them: of `a ← b, b ← a` each side is the other's value from before.
  ///
  /// A `stopGradient` that is left after simplification is such a copy.
  func keepingOldValues() -> Program {
    // An assignment of a variable to itself changes nothing.
    func isIdle(_ assignment: Assignment) -> Bool {
      nodes[assignment.node].primitive == .variable(assignment.variable)
    }
    let changed = Set(assignments.filter { !isIdle($0) }.map { root(of: $0.variable) })
    var result = self
    var copies: [Int: Int] = [:]

    func kept(_ node: Int) -> Int {
      // Views with gaps are written out while the program runs, as other values are.
      let view = View.of(node, in: self)
      guard view.isContiguous(nodes[node].shape),
        case .variable(let id) = nodes[view.source].primitive, changed.contains(root(of: id))
      else { return node }
      if let known = copies[node] { return known }
      result.nodes.append(
        Node(.stopGradient, [node], nodes[node].shape, scope: nodes[node].scope))
      copies[node] = result.nodes.count - 1
      return result.nodes.count - 1
    }
    for index in outputs.indices { result.outputs[index].node = kept(outputs[index].node) }
    for index in assignments.indices where !isIdle(assignments[index]) {
      result.assignments[index].node = kept(assignments[index].node)
    }
    return result
  }
}
