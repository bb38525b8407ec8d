/// What reaches a tensor through one of its slices.
///
/// A tensor that is cut into pieces, such as the steps of a sequence or the gates of a cell, gets its
/// gradient by joining theirs. Each piece in a tensor of zeros, and all of these added, would be work
/// that grows with the square of their number.
struct SliceGradient {
  let starts: [Int]
  let steps: [Int]
  let gradient: Tensor

  /// The gradient of a tensor of a shape, of which these slices were taken.
  static func joined(_ parts: [SliceGradient], _ shape: Shape) -> Tensor {
    let parts = merged(parts)
    if parts.count > 1, let axis = axis(parts, shape) {
      let row = parts.sorted { $0.starts[axis] < $1.starts[axis] }
      var end = 0
      for part in row where part.starts[axis] == end { end += part.gradient.shape[axis] }
      if end == shape[axis], row.reduce(0, { $0 + $1.gradient.shape[axis] }) == end {
        return Tensor.concatenate(row.map(\.gradient), axis: axis)
      }
    }
    let whole = parts.map { $0.gradient.embedded(in: shape, starts: $0.starts, steps: $0.steps) }
    return whole.dropFirst().reduce(whole[0]) { $0 + $1 }
  }

  /// Slices of the same elements as one.
  private static func merged(_ parts: [SliceGradient]) -> [SliceGradient] {
    var result: [SliceGradient] = []
    for part in parts {
      let known = result.firstIndex {
        $0.starts == part.starts && $0.steps == part.steps
          && $0.gradient.shape == part.gradient.shape
      }
      guard let known else {
        result.append(part)
        continue
      }
      let sum = result[known].gradient + part.gradient
      result[known] = SliceGradient(starts: part.starts, steps: part.steps, gradient: sum)
    }
    return result
  }

  /// The only axis along which parts without gaps lie in different places, if there is one.
  private static func axis(_ parts: [SliceGradient], _ shape: Shape) -> Int? {
    let cut = shape.dimensions.indices.filter { axis in
      parts.contains { $0.gradient.shape[axis] != shape[axis] }
    }
    guard cut.count == 1, parts.allSatisfy({ $0.steps[cut[0]] == 1 }) else { return nil }
    return cut[0]
  }
}
