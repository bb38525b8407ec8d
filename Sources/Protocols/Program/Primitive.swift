/// The operations of which every step is made.
///
/// Shapes are static. Element-wise primitives take operands of one shape; `broadcast` stretches extents
/// of one beforehand, and the compiler folds it into the reader. Images are channels-last inside the
/// primitives ([batch, row, column, channel]); the tensor functions above them are channels-first.
public enum Primitive: Sendable, Hashable {
  // Leaves
  /// A number, shape [].
  case constant(Float)
  /// What the caller hands in at each run.
  case input(Int)
  /// Persistent storage: parameters, running statistics, optimizer state.
  case variable(Int)
  /// Counter-based random numbers, a function of (seed, stream, step, element).
  case random(RandomDistribution, stream: UInt32)
  /// The index of each element along an axis.
  case index(axis: Int)

  // Element-wise
  case unary(Unary)
  case binary(Binary)
  /// Inputs (condition, a, b): a where the condition is not zero, else b.
  case select
  /// Extents of one are stretched to the node's shape.
  case broadcast

  // Reductions keep the reduced axes with extent one.
  case reduce(Reduction, axes: [Int])

  /// Of the two last axes; leading axes are a batch and equal in both.
  case matmul(transposeA: Bool, transposeB: Bool, precision: ProductPrecision = .float32)

  // Movement
  case reshape
  case permute([Int])
  case slice(starts: [Int], steps: [Int])
  /// The adjoint of `slice`: the input stands at these places of a tensor of zeros.
  case embed(starts: [Int], steps: [Int])
  case concatenate(axis: Int)
  /// Inputs laid one after another into a flat tensor at these offsets; gaps are zero.
  case pack(offsets: [Int])
  /// Inputs (table [rows, …], indices [n…]): rows of the table; the result is [n…, …].
  case gather
  /// Inputs (indices [n…], values [n…, …]): values added into rows of zeros.
  case scatterAdd(rows: Int)

  // Convolution: inputs [n, h, w, c], filters [kh, kw, c / groups, o], results [n, oh, ow, o].
  case convolution(Window)
  /// Inputs (upstream, filters).
  case convolutionInputGradient(Window)
  /// Inputs (input, upstream).
  case convolutionFilterGradient(Window)

  // Pooling
  case maxPool(Window)
  /// Which tap of the window held the maximum, as a number.
  case maxPoolTap(Window)
  /// Inputs (values like the pool's input, taps): the value at each window's tap.
  case poolGather(Window)
  /// Inputs (upstream like the pool's result, taps): the adjoint of `poolGather`.
  case poolScatter(Window)
  case averagePool(Window)
  case averagePoolGradient(Window)

  /// Passes its input and stops its gradient.
  case stopGradient
  /// A plugin's own kernel.
  case custom(OperationNode)
}

/// Functions of one number.
public enum Unary: String, Sendable, Hashable, CaseIterable {
  case negate, absolute, sign, exp, expm1, log, log1p, sqrt, reciprocal, tanh, sigmoid, erf, sin,
    cos
  case floor, isFinite
  /// Rounded as products of `ProductPrecision.bfloat16` read; its gradient is rounded likewise.
  case bfloat16
}

/// Functions of two numbers; comparisons give 1 or 0.
public enum Binary: String, Sendable, Hashable, CaseIterable {
  case add, subtract, multiply, divide, maximum, minimum, power
  case greater, greaterOrEqual, less, lessOrEqual, equal, notEqual
}

/// How a reduction joins elements.
public enum Reduction: String, Sendable, Hashable { case sum, maximum }

/// Distribution of random elements.
public enum RandomDistribution: String, Sendable, Hashable {
  /// 0 ≤ x < 1, in steps of 2⁻²⁴.
  case uniform
  /// Mean 0, variance 1.
  case normal
}

/// Geometry of a convolution or a pool over the two middle axes of [n, h, w, c].
public struct Window: Sendable, Hashable {
  /// Rows of the image that the window slides over.
  public var height: Int
  /// Columns of that image.
  public var width: Int
  /// Rows and columns of the window.
  public var kernel: [Int]
  /// Elements from one window to the next, down and across.
  public var stride: [Int]
  /// Distance between neighbouring taps, down and across.
  public var dilation: [Int]
  /// Padding before and after rows, before and after columns.
  public var padding: [Int]
  /// Groups of channels that are convolved apart from each other.
  public var groups: Int
  /// For average pools: padding counts as zeros in the mean.
  public var countsPadding: Bool
  /// For convolutions: how they read their operands.
  public var precision = ProductPrecision.float32

  public init(
    height: Int, width: Int, kernel: [Int], stride: [Int] = [1, 1], dilation: [Int] = [1, 1],
    padding: [Int] = [0, 0, 0, 0], groups: Int = 1, countsPadding: Bool = true
  ) {
    self.height = height
    self.width = width
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
    self.groups = groups
    self.countsPadding = countsPadding
  }

  /// Rows of the result: ⌊(h + padding − dilation·(k − 1) − 1) / stride⌋ + 1.
  public var outputHeight: Int { extent(height, 0, padding[0] + padding[1]) }
  /// Columns of the result, by the same rule.
  public var outputWidth: Int { extent(width, 1, padding[2] + padding[3]) }

  /// What is wrong with the numbers themselves, whatever the image; `nil` when nothing is.
  var problem: String? {
    guard kernel.count == 2, stride.count == 2, dilation.count == 2, padding.count == 4 else {
      return "a window needs two numbers each for kernel, stride and dilation, and four for padding"
    }
    guard (kernel + stride + dilation).allSatisfy({ $0 > 0 }), padding.allSatisfy({ $0 >= 0 })
    else {
      return "kernel, stride and dilation of a window must be ≥ 1, its padding ≥ 0"
    }
    return nil
  }

  private func extent(_ size: Int, _ axis: Int, _ padded: Int) -> Int {
    let room = size + padded - dilation[axis] * (kernel[axis] - 1) - 1
    return room < 0 ? 0 : room / stride[axis] + 1
  }
}

extension Primitive {
  /// A short name for plans, traces and messages.
  public var name: String {
    switch self {
    case .unary(let function): function.rawValue
    case .binary(let function): function.rawValue
    case .reduce(let kind, let axes): "\(kind.rawValue) over \(axes)"
    case .custom(let custom): custom.operation.name
    case .constant(let value): "\(value)"
    case .random(let distribution, _): "random \(distribution.rawValue)"
    default:
      String(String(describing: self).prefix { $0 != "(" }) + (precision.map { " \($0)" } ?? "")
    }
  }

  /// How a product reads its operands, where that is not as they are.
  private var precision: ProductPrecision? {
    switch self {
    case .matmul(_, _, let precision): precision == .float32 ? nil : precision
    case .convolution(let window), .convolutionInputGradient(let window),
      .convolutionFilterGradient(let window):
      window.precision == .float32 ? nil : window.precision
    default: nil
    }
  }
}
