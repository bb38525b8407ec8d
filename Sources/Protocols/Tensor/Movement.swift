extension Tensor {
  /// The same elements in the same order under another shape; one extent may be −1.
  public func reshaped(to wanted: Shape) -> Tensor {
    var target = wanted
    if let free = wanted.dimensions.firstIndex(of: -1) {
      target[free] = 1
      target[free] = target.count == 0 ? 0 : shape.count / target.count
    }
    if target == shape { return self }
    guard target.count == shape.count, target.dimensions.allSatisfy({ $0 >= 0 }) else {
      return recorder.fail(
        "\(shape) has \(shape.count) elements and cannot become \(wanted)", shape: target)
    }
    return recorder.add(.reshape, [self], target)
  }

  /// Axes in another order: axis i of the result is axis `order[i]` of this tensor.
  public func permuted(_ order: [Int]) -> Tensor {
    guard order.sorted() == Array(0..<rank) else {
      return recorder.fail("\(order) is no order of the axes of \(shape)", like: self)
    }
    if order == Array(0..<rank) { return self }
    return recorder.add(.permute(order), [self], Shape(order.map { shape[$0] }))
  }

  /// The two last axes exchanged.
  public var transposed: Tensor {
    guard rank >= 2 else {
      return recorder.fail("\(shape) has no two axes to transpose", like: self)
    }
    return permuted(Array(0..<rank - 2) + [rank - 1, rank - 2])
  }

  /// Part of a tensor: along each axis from a start, in steps, a number of elements.
  public func slice(starts: [Int], sizes: [Int], steps: [Int]? = nil) -> Tensor {
    let steps = steps ?? [Int](repeating: 1, count: rank)
    let fits =
      starts.count == rank && sizes.count == rank && steps.count == rank
      && (0..<rank).allSatisfy {
        starts[$0] >= 0 && steps[$0] > 0 && sizes[$0] > 0
          && starts[$0] + (sizes[$0] - 1) * steps[$0] < shape[$0]
      }
    guard fits else {
      return recorder.fail(
        "a slice at \(starts) of size \(Shape(sizes)) leaves \(shape)", shape: Shape(sizes))
    }
    if sizes == shape.dimensions { return self }
    return recorder.add(.slice(starts: starts, steps: steps), [self], Shape(sizes))
  }

  /// A range of one axis.
  public func slice(axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = axis < 0 ? axis + rank : axis
    guard 0..<rank ~= axis else { return recorder.fail("\(shape) has no axis \(axis)", like: self) }
    var starts = [Int](repeating: 0, count: rank)
    var sizes = shape.dimensions
    starts[axis] = range.lowerBound
    sizes[axis] = range.count
    return slice(starts: starts, sizes: sizes)
  }

  /// Zeros around: (before, after) for each axis.
  public func padded(_ amounts: [(before: Int, after: Int)]) -> Tensor {
    guard amounts.count == rank, amounts.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
      return recorder.fail(
        "padding needs a pair of numbers ≥ 0 for each axis of \(shape)", like: self)
    }
    let target = Shape(zip(shape.dimensions, amounts).map { $0 + $1.before + $1.after })
    return embedded(
      in: target, starts: amounts.map(\.before), steps: [Int](repeating: 1, count: rank))
  }

  func embedded(in target: Shape, starts: [Int], steps: [Int]) -> Tensor {
    if target == shape { return self }
    return recorder.add(.embed(starts: starts, steps: steps), [self], target)
  }

  /// Tensors joined along an axis.
  public static func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
    precondition(!parts.isEmpty, "nothing to concatenate")
    let first = parts[0]
    let axis = axis < 0 ? axis + first.rank : axis
    if parts.count == 1 { return first }
    let fits = parts.allSatisfy { part in
      part.rank == first.rank
        && (0..<first.rank).allSatisfy { $0 == axis || part.shape[$0] == first.shape[$0] }
    }
    guard 0..<first.rank ~= axis, fits else {
      return first.recorder.fail(
        "shapes \(parts.map { "\($0.shape)" }.joined(separator: ", ")) cannot be joined along axis \(axis)",
        like: first)
    }
    var shape = first.shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    return first.recorder.add(.concatenate(axis: axis), parts, shape)
  }

  /// Tensors laid into a flat one at offsets; gaps are zero.
  package static func pack(_ parts: [Tensor], offsets: [Int], count: Int) -> Tensor {
    parts[0].recorder.add(.pack(offsets: offsets), parts, [count])
  }

  /// Rows of a table [rows, …] by their numbers [n…]: [n…, …].
  public func gather(_ indices: Tensor) -> Tensor {
    guard rank >= 1 else {
      return recorder.fail("a single number has no rows to gather", like: self)
    }
    return recorder.add(
      .gather, [self, indices], Shape(indices.shape.dimensions + shape.dimensions.dropFirst()))
  }

  /// The adjoint of ``gather(_:)``: values [n…, …] added into a table of zeros [rows, …].
  func scatterAdd(_ indices: Tensor, rows: Int) -> Tensor {
    recorder.add(
      .scatterAdd(rows: rows), [indices, self],
      Shape([rows] + shape.dimensions.dropFirst(indices.rank)))
  }
}
