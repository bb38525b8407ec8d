import EspalierProtocols

/// The windows of a pool, over images [n, c, h, w] or sequences [n, c, length].
struct PoolWindows {
  var size: Pair
  var stride: Pair
  var padding: Padding
  var dilation: Pair

  init(_ size: Pair, _ stride: Pair?, _ padding: Padding, dilation: Pair = 1) {
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
    self.dilation = dilation
  }

  /// Hands `pool` images and the window over them; a sequence is an image of one row.
  func pooled(
    _ x: Tensor, for layer: String, _ pool: (Tensor, Window) throws -> Tensor
  ) throws -> Tensor {
    guard x.rank == 3 else {
      guard x.rank == 4 else {
        throw PluginError(
          "\(layer) takes images [n×channels×rows×columns] or sequences [n×channels×length], "
            + "not \(x.shape)")
      }
      return try pool(x, window(over: x.shape))
    }
    var row = self
    row.size = Pair(1, try Self.length(size, "size", layer))
    row.stride = Pair(1, try Self.length(stride, "stride", layer))
    row.dilation = Pair(1, try Self.length(dilation, "dilation", layer))
    if case .amount(let amount) = padding {
      row.padding = .amount(Pair(0, try Self.length(amount, "padding", layer)))
    }
    let image = x.asRow
    return try pool(image, row.window(over: image.shape)).rowAsSequence
  }

  private static func length(
    _ pair: Pair, _ parameter: String, _ layer: String
  ) throws(PluginError) -> Int {
    guard pair.rows == pair.columns else {
      throw PluginError(
        "\(layer) over sequences takes one number, not \(pair.configValue)", parameter: parameter)
    }
    return pair.columns
  }

  private func window(over image: Shape) -> Window {
    Window(
      height: image[2], width: image[3], kernel: size.list, stride: stride.list,
      dilation: dilation.list,
      padding: padding.around(image, kernel: size, stride: stride, dilation: dilation))
  }

  /// A window that lies wholly in the padding has no maximum and no mean.
  static func check(_ padding: Padding, _ size: Pair) throws(PluginError) {
    guard case .amount(let amount) = padding else { return }
    guard amount.rows * 2 <= size.rows, amount.columns * 2 <= size.columns else {
      throw PluginError("padding may be at most half of the window's size", parameter: "padding")
    }
  }
}

extension Tensor {
  /// [n, c, length] → [n, c, 1, length]
  var asRow: Tensor { reshaped(to: [shape[0], shape[1], 1, shape[2]]) }
  /// [n, c, 1, length] → [n, c, length]
  var rowAsSequence: Tensor { reshaped(to: [shape[0], shape[1], shape[3]]) }
}
