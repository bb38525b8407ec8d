import EspalierProtocols

/// y = act(F(x) + shortcut(x)): the layers learn what is to be added to their input.
///
/// The shortcut is the input itself, a projection (`shortcut.weight`: a 1×1 convolution with the
/// stride that fits, conv1d for sequences, or a dense layer, without offsets), or the input with zero
/// channels behind it and only every stride-th row and column. Layers are named within: `residual_1.conv2d_1.weight`.
public struct Residual: Layer {
  public static let manifest = Manifest(
    "residual", "act(F(x) + shortcut(x)) for the layers F",
    paper: "He and others, 2016",
    sample: "{residual: {layers: [{dense: {units: 64, activation: relu}}, {dense: {units: 64}}]}}")

  /// What leads around the layers.
  public enum Shortcut: String, Choice {
    /// The input where shapes agree, else a projection.
    case auto
    case identity, projection
    case zeroPad = "zero_pad"
  }

  @Component("the branch beside the shortcut") public var layers: [any Layer]
  @Component("applied to the sum") public var activation: (any Activation)?
  @Parameter("what stands beside the layers; auto: identity where shapes agree, else projection")
  public var shortcut = Shortcut.auto
  @Component("applied to a projected shortcut, such as batch_norm")
  public var shortcutNormalization: (any Layer)?

  public init() {}
  public init(
    _ layers: [any Layer], activation: (any Activation)? = nil, shortcut: Shortcut = .auto,
    shortcutNormalization: (any Layer)? = nil
  ) {
    self.layers = layers
    self.activation = activation
    self.shortcut = shortcut
    self.shortcutNormalization = shortcutNormalization
  }

  public func validate() throws {
    guard !layers.isEmpty else {
      throw PluginError("a residual block needs at least one layer", parameter: "layers")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let y = try scope.apply(layers, to: x)
    return scope.activate(y + (try beside(y, x, scope)), activation)
  }

  private func beside(_ y: Tensor, _ x: Tensor, _ scope: Scope) throws -> Tensor {
    switch shortcut {
    case .auto where x.shape == y.shape: return x
    case .identity:
      guard x.shape == y.shape else {
        throw PluginError(
          "the layers make \(y.shape) of \(x.shape), to which the input itself cannot be added: "
            + "use `auto` or `projection`", parameter: "shortcut")
      }
      return x
    case .auto, .projection:
      let projection: any Layer
      if x.rank == 4, y.rank == 4 {
        projection = Conv2D(y.shape[1], kernel: 1, stride: try strides(from: x, to: y), bias: false)
      } else if x.rank == y.rank, x.rank >= 2,
        x.shape.dimensions.dropLast() == y.shape.dimensions.dropLast()
      {
        projection = Dense(y.shape.last, bias: false)
      } else if x.rank == 3, y.rank == 3 {
        projection = Conv1D(
          y.shape[1], kernel: 1, stride: try stride(from: x, to: y, 2), bias: false)
      } else {
        throw mismatch(x, y)
      }
      let projected = try scope.apply(projection, named: "shortcut", to: x)
      guard let normalization = shortcutNormalization else { return projected }
      return try scope.apply(normalization, named: "shortcut_normalization", to: projected)
    case .zeroPad: return try padded(x, to: y)
    }
  }

  private func mismatch(_ x: Tensor, _ y: Tensor) -> PluginError {
    PluginError(
      "the layers make \(y.shape) of \(x.shape); no \(shortcut.rawValue) shortcut leads there",
      parameter: "shortcut")
  }

  /// The stride at which a convolution of `x` with a kernel of one has the extent of `y` on an axis.
  private func stride(from x: Tensor, to y: Tensor, _ axis: Int) throws -> Int {
    let found = (1...max(x.shape[axis], 1)).first { (x.shape[axis] - 1) / $0 + 1 == y.shape[axis] }
    guard let found else { throw mismatch(x, y) }
    return found
  }

  private func strides(from x: Tensor, to y: Tensor) throws -> Pair {
    Pair(try stride(from: x, to: y, 2), try stride(from: x, to: y, 3))
  }

  private func padded(_ x: Tensor, to y: Tensor) throws -> Tensor {
    // Of [n, time, features] the features grow, of all others axis 1.
    let isWider = x.rank == 3 && y.rank == 3 && x.shape[1] == y.shape[1]
    let grown = isWider && y.shape[2] >= x.shape[2] ? 2 : 1
    guard x.rank == y.rank, 2...4 ~= x.rank, y.shape[grown] >= x.shape[grown] else {
      throw mismatch(x, y)
    }
    var sizes = y.shape.dimensions
    sizes[grown] = x.shape[grown]
    var steps = [Int](repeating: 1, count: x.rank)
    for axis in 2..<max(x.rank, 2) where axis != grown {
      steps[axis] = try stride(from: x, to: y, axis)
    }
    var amounts = [(before: Int, after: Int)](repeating: (0, 0), count: x.rank)
    amounts[grown].after = y.shape[grown] - x.shape[grown]
    return x.slice(starts: steps.map { _ in 0 }, sizes: sizes, steps: steps).padded(amounts)
  }
}
