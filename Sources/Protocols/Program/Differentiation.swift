extension Tensor {
  /// Gradients of this number with respect to other tensors, recorded as further nodes.
  ///
  /// Reverse accumulation over the nodes recorded so far. The results are tensors like any other, so
  /// gradients of gradients need nothing more. A tensor on which this one does not depend has gradient
  /// zero.
  public func gradients(for targets: [Tensor]) -> [Tensor] {
    guard shape.count == 1 else {
      return targets.map {
        recorder.fail("a gradient needs a single number, not \(shape)", like: $0)
      }
    }
    // Only what lies between the targets and this tensor takes part.
    var depends = [Bool](repeating: false, count: id + 1)
    for target in targets where target.id <= id { depends[target.id] = true }
    for node in 0...id where !depends[node] {
      depends[node] = recorder.nodes[node].inputs.contains { depends[$0] }
    }
    var uses = [Int](repeating: 0, count: id + 1)
    for node in 0...id where depends[node] {
      for input in recorder.nodes[node].inputs { uses[input] += 1 }
    }
    var upstream: [Int: Tensor] = [id: filled(with: 1)]
    var slices: [Int: [SliceGradient]] = [:]
    var products: [Int: [ProductGradient]] = [:]
    let wanted = Set(targets.map(\.id))
    var found: [Int: Tensor] = [:]
    for number in stride(from: id, through: 0, by: -1) where depends[number] {
      let joined = slices.removeValue(forKey: number).map { parts in
        recorder.within(recorder.path(of: recorder.nodes[number].scope)) {
          SliceGradient.joined(parts, recorder.nodes[number].shape)
        }
      }
      let multiplied = products.removeValue(forKey: number).map {
        ProductGradient.joined($0, in: recorder)
      }
      let parts = [upstream.removeValue(forKey: number), joined, multiplied].compactMap { $0 }
      guard let first = parts.first else { continue }
      let gradient = parts.dropFirst().reduce(first) { $0 + $1 }
      if wanted.contains(number) { found[number] = gradient }
      let node = recorder.nodes[number]
      if node.inputs.isEmpty { continue }
      if case .slice(let starts, let steps) = node.primitive {
        slices[node.inputs[0], default: []].append(
          SliceGradient(starts: starts, steps: steps, gradient: gradient))
        continue
      }
      if let function = PointwiseGradient(
        of: number, nodes: recorder.nodes, uses: uses, depends: depends, wanted: wanted)
      {
        let part = recorder.within(recorder.path(of: node.scope)) {
          gradient * function.derivative(in: recorder)
        }
        upstream[function.source] = upstream[function.source].map { $0 + part } ?? part
        continue
      }
      let inputs = node.inputs.map { Tensor(recorder: recorder, id: $0) }
      let output = Tensor(recorder: recorder, id: number)
      var needed = node.inputs.map { depends[$0] }
      if case .matmul(false, let transposeB, let precision) = node.primitive, needed[1],
        inputs[0].rank == 2, inputs[1].rank == 2, node.inputs[0] != node.inputs[1]
      {
        products[node.inputs[1], default: []].append(
          ProductGradient(
            rows: inputs[0], gradient: gradient, isTransposed: transposeB, precision: precision,
            path: recorder.path(of: node.scope)))
        needed[1] = false
      }
      // Gradients are recorded in the scope of the layer whose work they differentiate.
      let pulled = recorder.within(recorder.path(of: node.scope)) {
        node.primitive.pullback(
          gradient, inputs: inputs, output: output, needed: needed)
      }
      for (input, part) in zip(inputs, pulled) where depends[input.id] {
        guard let part else { continue }
        upstream[input.id] = upstream[input.id].map { $0 + part } ?? part
      }
    }
    return targets.map { found[$0.id] ?? $0.filled(with: 0) }
  }
}

extension Primitive {
  /// The gradient rule of each primitive: from the gradient of the result, those of the inputs.
  ///
  /// - Parameter needed: which inputs' gradients are asked for; others may be left out.
  func pullback(_ g: Tensor, inputs x: [Tensor], output y: Tensor, needed: [Bool]) -> [Tensor?] {
    switch self {
    case .constant, .input, .variable, .random, .index, .stopGradient, .maxPoolTap:
      return [nil, nil]
    case .unary(let function): return [unaryPullback(function, g, x[0], y)]
    case .binary(let function): return binaryPullback(function, g, x[0], x[1], y, needed: needed)
    case .select:
      let zero = g.filled(with: 0)
      return [
        nil, needed[1] ? EspalierProtocols.select(x[0], g, zero) : nil,
        needed[2] ? EspalierProtocols.select(x[0], zero, g) : nil,
      ]
    case .broadcast:
      let axes = x[0].shape.dimensions.indices.filter { x[0].shape[$0] != g.shape[$0] }
      return [g.sum(axes, keepingAxes: true)]
    case .reduce(.sum, _): return [g.broadcast(to: x[0].shape)]
    case .reduce(.maximum, let axes):
      let hit = x[0] .== y.broadcast(to: x[0].shape)
      let share = g / hit.sum(axes, keepingAxes: true)
      return [hit * share.broadcast(to: x[0].shape)]
    case .matmul(let transposeA, let transposeB, let precision):
      return matmulPullback(g, x[0], x[1], transposeA, transposeB, precision, needed)
    case .reshape: return [g.reshaped(to: x[0].shape)]
    case .permute(let order):
      var inverse = order
      for (position, axis) in order.enumerated() { inverse[axis] = position }
      return [g.permuted(inverse)]
    case .slice: preconditionFailure("slices of one tensor are differentiated together")
    case .embed(let starts, let steps):
      return [g.slice(starts: starts, sizes: x[0].shape.dimensions, steps: steps)]
    case .concatenate(let axis):
      var start = 0
      return x.map { part in
        let range = start..<start + part.shape[axis]
        start = range.upperBound
        return g.slice(axis: axis, range)
      }
    case .pack(let offsets):
      return zip(x, offsets).map { part, offset in
        g.slice(axis: 0, offset..<offset + part.shape.count).reshaped(to: part.shape)
      }
    case .gather: return [g.scatterAdd(x[1], rows: x[0].shape[0]), nil]
    case .scatterAdd: return [nil, g.gather(x[0])]
    case .convolution(let window):
      return [
        needed[0] ? g.record(.convolutionInputGradient(window), [g, x[1]], like: x[0]) : nil,
        needed[1] ? g.record(.convolutionFilterGradient(window), [x[0], g], like: x[1]) : nil,
      ]
    case .convolutionInputGradient(let window):
      return [
        needed[0] ? g.record(.convolution(window), [g, x[1]], like: x[0]) : nil,
        needed[1] ? g.record(.convolutionFilterGradient(window), [g, x[0]], like: x[1]) : nil,
      ]
    case .convolutionFilterGradient(let window):
      return [
        needed[0] ? g.record(.convolutionInputGradient(window), [x[1], g], like: x[0]) : nil,
        needed[1] ? g.record(.convolution(window), [x[0], g], like: x[1]) : nil,
      ]
    case .maxPool(let window):
      let taps = g.record(.maxPoolTap(window), [x[0]], like: y)
      return [g.record(.poolScatter(window), [g, taps], like: x[0])]
    case .poolScatter(let window):
      return [g.record(.poolGather(window), [g, x[1]], like: x[0]), nil]
    case .poolGather(let window):
      return [g.record(.poolScatter(window), [g, x[1]], like: x[0]), nil]
    case .averagePool(let window):
      return [g.record(.averagePoolGradient(window), [g], like: x[0])]
    case .averagePoolGradient(let window): return [g.record(.averagePool(window), [g], like: x[0])]
    case .custom(let custom):
      return custom.operation.gradients(inputs: x, output: y, upstream: g)
    }
  }
}

// Free functions: inside the enums their cases would hide the tensor functions of the same names.

private func matmulPullback(
  _ g: Tensor, _ a: Tensor, _ b: Tensor, _ transposeA: Bool, _ transposeB: Bool,
  _ precision: ProductPrecision, _ needed: [Bool]
) -> [Tensor?] {
  var result: [Tensor?] = [nil, nil]
  if needed[0] {
    result[0] =
      transposeA
      ? matmul(b, g, transposeA: transposeB, transposeB: true, precision)
      : matmul(g, b, transposeB: !transposeB, precision)
  }
  if needed[1] {
    result[1] =
      transposeB
      ? matmul(g, a, transposeA: true, transposeB: transposeA, precision)
      : matmul(a, g, transposeA: !transposeA, precision)
  }
  return result
}

extension Tensor {
  /// The number that stands at every element, where that is known at recording.
  fileprivate var knownNumber: Float? {
    switch node.primitive {
    case .constant(let value): value
    case .broadcast, .reshape:
      Tensor(recorder: recorder, id: node.inputs[0]).knownNumber
    default: nil
    }
  }

  fileprivate func record(_ primitive: Primitive, _ inputs: [Tensor], like model: Tensor) -> Tensor
  {
    recorder.add(primitive, inputs, model.shape)
  }
}

private func unaryPullback(_ function: Unary, _ g: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor? {
  switch function {
  case .negate: -g
  case .absolute: g * sign(x)
  case .sign, .floor, .isFinite: nil
  case .exp: g * y
  case .expm1: g * (y + 1)
  case .log: g / x
  case .log1p: g / (x + 1)
  case .sqrt: g / (2 * y)
  case .reciprocal: -g * y * y
  case .tanh: g * (1 - y * y)
  case .sigmoid: g * y * (1 - y)
  case .erf: g * exp(-(x * x)) * 1.128_379_167_1  // 2/√π
  case .sin: g * cos(x)
  case .cos: -g * sin(x)
  case .bfloat16: g.inBFloat16
  }
}

private func binaryPullback(
  _ function: Binary, _ g: Tensor, _ a: Tensor, _ b: Tensor, _ y: Tensor, needed: [Bool]
) -> [Tensor?] {
  switch function {
  case .add: return [g, g]
  case .subtract: return [g, needed[1] ? -g : nil]
  case .multiply: return [needed[0] ? g * b : nil, needed[1] ? g * a : nil]
  case .divide: return [needed[0] ? g / b : nil, needed[1] ? -(g * y) / b : nil]
  case .maximum:
    // y > b says the same as a > b, and y is at hand when a was never stored.
    let left = y .> b
    return [needed[0] ? g * left : nil, needed[1] ? g * (1 - left) : nil]
  case .minimum:
    let left = a .<= b
    return [needed[0] ? g * left : nil, needed[1] ? g * (1 - left) : nil]
  case .power:
    // A known exponent needs no general rule, which gives 0 · ∞ at a = 0.
    switch needed[1] ? nil : b.knownNumber {
    case 0: return [nil, nil]
    case 1: return [g, nil]
    case let exponent?: return [g * exponent * pow(a, exponent - 1), nil]
    case nil: break
    }
    return [
      needed[0] ? g * b * pow(a, b - 1) : nil,
      needed[1] ? g * y * log(a) : nil,
    ]
  case .greater, .greaterOrEqual, .less, .lessOrEqual, .equal, .notEqual: return [nil, nil]
  }
}
