extension Tensor {
  /// The value rounded to bfloat16, or this one if it is already, or if it lies in memory before the step: a product
  /// that reads parameters or inputs rounds them itself.
  ///
  /// Views are taken of the rounded value, so that whoever else reads it sees the same numbers.
  var inBFloat16: Tensor {
    if isRoundedOrGiven { return self }
    switch node.primitive {
    case .reshape, .permute, .broadcast, .slice:
      let source = Tensor(recorder: recorder, id: node.inputs[0])
      // Kept, so that pieces of one tensor stay pieces of one.
      return recorder.roundedForm(of: self) {
        recorder.add(node.primitive, [source.inBFloat16], shape)
      }
    default: return recorder.roundedForm(of: self) { unary(.bfloat16) }
    }
  }

  private var isRoundedOrGiven: Bool {
    switch node.primitive {
    case .unary(.bfloat16), .variable, .input, .constant: true
    case .reshape, .permute, .broadcast, .slice, .embed, .concatenate, .stopGradient:
      node.inputs.allSatisfy { Tensor(recorder: recorder, id: $0).isRoundedOrGiven }
    default: false
    }
  }
}

extension Program {
  /// The same program in which all that reads a value sees it rounded once it is rounded anywhere, what was recorded
  /// before too.
  ///
  /// Two forms of a value would take memory both. What is read after the run, and what variables become, stays as it
  /// was computed.
  func readingRounded() -> Program {
    var rounding: [Int: Int] = [:]
    for (number, node) in nodes.enumerated() {
      guard case .unary(.bfloat16) = node.primitive, rounding[node.inputs[0]] == nil else {
        continue
      }
      rounding[node.inputs[0]] = number
    }
    guard !rounding.isEmpty else { return self }
    var result = self
    result.nodes = []
    /// Where a node is now: as it was computed, and as others read it.
    var (computed, read) = ([Int](), [Int]())
    for (number, node) in nodes.enumerated() {
      if case .unary(.bfloat16) = node.primitive {
        // It follows what it rounds at once, for readers recorded in between.
        computed.append(read[node.inputs[0]])
        read.append(read[node.inputs[0]])
        continue
      }
      var moved = node
      moved.inputs = node.inputs.map { read[$0] }
      result.nodes.append(moved)
      computed.append(result.nodes.count - 1)
      if let rounded = rounding[number] {
        var after = nodes[rounded]
        after.inputs = [result.nodes.count - 1]
        result.nodes.append(after)
      }
      read.append(result.nodes.count - 1)
    }
    for index in outputs.indices { result.outputs[index].node = computed[outputs[index].node] }
    for index in assignments.indices {
      result.assignments[index].node = computed[assignments[index].node]
    }
    return result
  }
}
