extension Tensor {
  private func axes(_ list: [Int]?) -> [Int]? {
    guard let list else { return Array(0..<rank) }
    let result = list.map { $0 < 0 ? $0 + rank : $0 }.sorted()
    return result.allSatisfy { 0..<rank ~= $0 } && Set(result).count == result.count ? result : nil
  }

  private func reduce(_ kind: Reduction, _ list: [Int]?, keeping: Bool) -> Tensor {
    guard let axes = axes(list) else {
      return recorder.fail("a reduction over axes \(list!) of a tensor \(shape)", like: self)
    }
    var kept = shape
    for axis in axes { kept[axis] = 1 }
    let result = axes.isEmpty ? self : recorder.add(.reduce(kind, axes: axes), [self], kept)
    if keeping { return result }
    return result.reshaped(
      to: Shape(shape.dimensions.indices.filter { !axes.contains($0) }.map { shape[$0] }))
  }

  /// Sum over axes, all of them unless given; negative axes count from the end.
  public func sum(_ axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    reduce(.sum, axes, keeping: keepingAxes)
  }

  /// Largest element; equal ones share the gradient.
  public func max(_ axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    reduce(.maximum, axes, keeping: keepingAxes)
  }

  /// Arithmetic mean.
  public func mean(_ axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let result = sum(axes, keepingAxes: keepingAxes)
    let count = Float(shape.count) / Float(Swift.max(result.shape.count, 1))
    // Divided, not multiplied: 1 / count is rounded for most counts.
    return result / count
  }

  /// Mean of squared distances from the mean (divided by n, not n − 1).
  public func variance(_ axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    square(self - mean(axes, keepingAxes: true)).mean(axes, keepingAxes: keepingAxes)
  }

  /// log Σ eˣ along the last axis, which is kept with extent one; exact for large x.
  public func logSumExp() -> Tensor {
    // The shift cancels in value and gradient, so no gradient passes through it.
    let shift = self.max([-1], keepingAxes: true).withoutGradient()
    return log(exp(self - shift).sum([-1], keepingAxes: true)) + shift
  }

  /// Logarithm of the softmax along the last axis.
  public func logSoftmax() -> Tensor {
    let shifted = self - self.max([-1], keepingAxes: true).withoutGradient()
    return shifted - log(exp(shifted).sum([-1], keepingAxes: true))
  }

  /// eˣ / Σ eˣ along the last axis.
  public func softmax() -> Tensor {
    let powers = exp(self - self.max([-1], keepingAxes: true).withoutGradient())
    // One division a row, not one an element.
    return powers * (1 / powers.sum([-1], keepingAxes: true))
  }

  /// Class numbers [n…] as rows of zeros with a one: [n…, classes].
  public func oneHot(_ classes: Int) -> Tensor {
    let target = Shape(shape.dimensions + [classes])
    let numbers = reshaped(to: Shape(shape.dimensions + [1])).broadcast(to: target)
    return numbers .== numbers.indices(along: -1)
  }
}
