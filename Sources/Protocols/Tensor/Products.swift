/// Matrix product over the two last axes; leading axes broadcast.
public func matmul(
  _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
) -> Tensor {
  let precision = a.recorder.productPrecision
  guard precision == .bfloat16 else {
    return matmul(a, b, transposeA: transposeA, transposeB: transposeB, precision)
  }
  return matmul(
    a.inBFloat16, b.inBFloat16, transposeA: transposeA, transposeB: transposeB, precision
  ).inBFloat16
}

func matmul(
  _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false,
  _ precision: ProductPrecision
) -> Tensor {
  guard a.rank >= 2, b.rank >= 2 else {
    return a.recorder.fail("a matrix product needs two axes: \(a.shape) by \(b.shape)", like: a)
  }
  let rows = a.shape[transposeA ? -1 : -2]
  let inner = a.shape[transposeA ? -2 : -1]
  let columns = b.shape[transposeB ? -2 : -1]
  guard inner == b.shape[transposeB ? -1 : -2] else {
    return a.recorder.fail("\(a.shape) and \(b.shape) do not fit for a matrix product", like: a)
  }
  let leadA = Shape(Array(a.shape.dimensions.dropLast(2)))
  let leadB = Shape(Array(b.shape.dimensions.dropLast(2)))
  // A plain matrix on the right serves all rows of the batch at once.
  if leadB.rank == 0, leadA.rank > 0, !transposeA {
    let flat = a.reshaped(to: [leadA.count * rows, inner])
    return matmul(flat, b, transposeB: transposeB, precision)
      .reshaped(to: Shape(leadA.dimensions + [rows, columns]))
  }
  guard let lead = Shape.broadcast(leadA, leadB) else {
    return a.recorder.fail("\(a.shape) and \(b.shape) have batches that do not fit", like: a)
  }
  let fullA = a.broadcast(to: Shape(lead.dimensions + a.shape.dimensions.suffix(2)))
  let fullB = b.broadcast(to: Shape(lead.dimensions + b.shape.dimensions.suffix(2)))
  return a.recorder.add(
    .matmul(transposeA: transposeA, transposeB: transposeB, precision: precision), [fullA, fullB],
    Shape(lead.dimensions + [rows, columns]))
}

extension Tensor {
  /// [n, c, h, w] → [n, h, w, c]
  var channelsLast: Tensor { permuted([0, 2, 3, 1]) }
  /// [n, h, w, c] → [n, c, h, w]
  var channelsFirst: Tensor { permuted([0, 3, 1, 2]) }

  /// Convolution of images [n, c, h, w] with filters [o, c / groups, kh, kw] to [n, o, oh, ow].
  ///
  /// - Parameters:
  ///   - padding: zeros before and after rows, before and after columns.
  public func convolved(
    with filters: Tensor, stride: [Int] = [1, 1], padding: [Int] = [0, 0, 0, 0],
    dilation: [Int] = [1, 1], groups: Int = 1
  ) -> Tensor {
    guard rank == 4, filters.rank == 4 else {
      return recorder.fail("a convolution takes images [n, c, h, w], not \(shape)", like: self)
    }
    guard groups > 0, shape[1] == filters.shape[1] * groups, filters.shape[0] % groups == 0 else {
      return recorder.fail(
        "filters \(filters.shape) in \(groups) group\(groups == 1 ? "" : "s") do not fit images \(shape)",
        like: self)
    }
    var window = Window(
      height: shape[2], width: shape[3], kernel: [filters.shape[2], filters.shape[3]],
      stride: stride,
      dilation: dilation, padding: padding, groups: groups)
    window.precision = recorder.productPrecision
    if let problem = window.problem { return recorder.fail(problem, like: self) }
    guard window.outputHeight > 0, window.outputWidth > 0 else {
      return recorder.fail(
        "a kernel of \(window.kernel[0])×\(window.kernel[1]) is larger than the image \(shape[2])×\(shape[3])",
        like: self)
    }
    return rounded(for: window, with: filters) { x, filters in
      recorder.add(
        .convolution(window), [x.channelsLast, filters.permuted([2, 3, 1, 0])],
        [shape[0], window.outputHeight, window.outputWidth, filters.shape[0]])
    }.channelsFirst
  }

  /// The adjoint of a convolution: values [n, c, h, w] place filters [c, o / groups, kh, kw] on
  /// [n, o, rows, columns].
  ///
  /// - Parameters:
  ///   - size: rows and columns of the result, of which a convolution with this window makes h × w.
  ///   - padding: what is cut off before and after rows, before and after columns.
  public func transposedConvolved(
    with filters: Tensor, to size: [Int], stride: [Int] = [1, 1], padding: [Int] = [0, 0, 0, 0],
    dilation: [Int] = [1, 1], groups: Int = 1
  ) -> Tensor {
    guard rank == 4, filters.rank == 4, size.count == 2 else {
      return recorder.fail(
        "a transposed convolution takes images [n, c, h, w], not \(shape)", like: self)
    }
    guard groups > 0, shape[1] == filters.shape[0], shape[1] % groups == 0 else {
      return recorder.fail(
        "filters \(filters.shape) in \(groups) group\(groups == 1 ? "" : "s") do not fit images \(shape)",
        like: self)
    }
    var window = Window(
      height: size[0], width: size[1], kernel: [filters.shape[2], filters.shape[3]],
      stride: stride, dilation: dilation, padding: padding, groups: groups)
    window.precision = recorder.productPrecision
    if let problem = window.problem { return recorder.fail(problem, like: self) }
    guard window.outputHeight == shape[2], window.outputWidth == shape[3] else {
      return recorder.fail(
        "a window over \(size[0])×\(size[1]) makes \(window.outputHeight)×\(window.outputWidth), not \(shape[2])×\(shape[3])",
        like: self)
    }
    return rounded(for: window, with: filters) { x, filters in
      recorder.add(
        .convolutionInputGradient(window), [x.channelsLast, filters.permuted([2, 3, 1, 0])],
        [shape[0], size[0], size[1], filters.shape[1] * groups])
    }.channelsFirst
  }

  private func rounded(
    for window: Window, with filters: Tensor, _ convolved: (Tensor, Tensor) -> Tensor
  ) -> Tensor {
    guard window.precision == .bfloat16 else { return convolved(self, filters) }
    return convolved(inBFloat16, filters.inBFloat16).inBFloat16
  }

  private func pooled(
    _ window: Window, _ primitive: (Window) -> Primitive
  ) -> Tensor {
    guard rank == 4 else {
      return recorder.fail("a pool takes images [n, c, h, w], not \(shape)", like: self)
    }
    guard window.height == shape[2], window.width == shape[3] else {
      return recorder.fail(
        "a window over \(window.height)×\(window.width) does not fit images \(shape)", like: self)
    }
    if let problem = window.problem { return recorder.fail(problem, like: self) }
    // Pooling kernels have no gaps; the layer `max_pool` composes them of slices.
    guard window.dilation.allSatisfy({ $0 == 1 }) else {
      return recorder.fail("a pool's window has no gaps, not \(window.dilation)", like: self)
    }
    guard window.outputHeight > 0, window.outputWidth > 0 else {
      return recorder.fail(
        "a window of \(window.kernel[0])×\(window.kernel[1]) is larger than the image \(shape[2])×\(shape[3])",
        like: self)
    }
    return recorder.add(
      primitive(window), [channelsLast],
      [shape[0], window.outputHeight, window.outputWidth, shape[1]]
    ).channelsFirst
  }

  /// Largest value of each window of images [n, c, h, w].
  public func maxPooled(_ window: Window) -> Tensor { pooled(window, Primitive.maxPool) }
  /// Mean of each window of images [n, c, h, w].
  public func averagePooled(_ window: Window) -> Tensor { pooled(window, Primitive.averagePool) }
}
