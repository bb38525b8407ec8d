import EspalierFormats
import EspalierProtocols

/// Matrix products, convolutions and pools.
///
/// Images are channels-last in a program and channels-first in ONNX: the transpositions between meet those
/// of the program and fall away.
extension GraphTranslation {
  private static let toChannelsFirst = [0, 3, 1, 2]
  private static let toChannelsLast = [0, 2, 3, 1]
  /// [kh, kw, c, o] → [o, c, kh, kw]
  private static let toFiltersFirst = [3, 2, 0, 1]

  mutating func matmul(_ number: Int, _ transposeA: Bool, _ transposeB: Bool) -> Value {
    let inputs = batch.program.nodes[number].inputs
    let scope = scope(number)
    let shape = batch.shapes[number]
    let rank = shape.count
    guard rank > 2 else {
      let (a, b) = (whole(inputs[0]), whole(inputs[1]))
      guard transposeA || transposeB else {
        return Value(name: builder.add("MatMul", [a.name, b.name], in: scope), shape: shape)
      }
      var attributes: [String: ONNXAttribute] = [:]
      if transposeA { attributes["transA"] = .integer(1) }
      if transposeB { attributes["transB"] = .integer(1) }
      return Value(
        name: builder.add("Gemm", [a.name, b.name], attributes, in: scope), shape: shape)
    }
    let exchanged = Array(0..<rank - 2) + [rank - 1, rank - 2]
    var operands: [Value] = []
    for (input, isTransposed) in zip(inputs, [transposeA, transposeB]) {
      var x = whole(input, axes: [rank - 2, rank - 1])
      if isTransposed {
        x.name = builder.permuted(x.name, exchanged, in: scope)
        x.shape = exchanged.map { x.shape[$0] }
      }
      operands.append(x)
    }
    let lead = Self.stretched(
      operands.map { Value(name: $0.name, shape: Array($0.shape.dropLast(2))) })
    return Value(
      name: builder.add("MatMul", operands.map(\.name), in: scope), shape: lead + shape.suffix(2))
  }

  private mutating func channelsFirst(_ input: Int, _ scope: String) -> String {
    let x = whole(input)
    return builder.permuted(x.name, Self.toChannelsFirst, in: scope)
  }

  private mutating func channelsLast(_ image: String, _ number: Int) -> Value {
    Value(
      name: builder.permuted(image, Self.toChannelsLast, in: scope(number)),
      shape: batch.shapes[number])
  }

  /// Padding before rows, before columns, after rows, after columns.
  private static func pads(_ window: Window) -> ONNXAttribute {
    .integers([window.padding[0], window.padding[2], window.padding[1], window.padding[3]])
  }

  private static func attributes(_ window: Window) -> [String: ONNXAttribute] {
    [
      "kernel_shape": .integers(window.kernel), "strides": .integers(window.stride),
      "dilations": .integers(window.dilation), "pads": pads(window),
      "group": .integer(window.groups),
    ]
  }

  mutating func convolution(_ number: Int, _ window: Window) -> Value {
    let inputs = batch.program.nodes[number].inputs
    let scope = scope(number)
    let image = channelsFirst(inputs[0], scope)
    let filters = builder.permuted(whole(inputs[1]).name, Self.toFiltersFirst, in: scope)
    return channelsLast(
      builder.add("Conv", [image, filters], Self.attributes(window), in: scope), number)
  }

  mutating func transposedConvolution(_ number: Int, _ window: Window) -> Value {
    let inputs = batch.program.nodes[number].inputs
    let scope = scope(number)
    let image = channelsFirst(inputs[0], scope)
    let filters = builder.permuted(whole(inputs[1]).name, Self.toFiltersFirst, in: scope)
    var attributes = Self.attributes(window)
    // Rows and columns behind the last window, of which a convolution makes nothing.
    let sizes = [(window.height, window.outputHeight), (window.width, window.outputWidth)]
    attributes["output_padding"] = .integers(
      sizes.enumerated().map { axis, size in
        size.0 + window.padding[2 * axis] + window.padding[2 * axis + 1]
          - window.stride[axis] * (size.1 - 1) - window.dilation[axis] * (window.kernel[axis] - 1)
          - 1
      })
    return channelsLast(
      builder.add("ConvTranspose", [image, filters], attributes, in: scope), number)
  }

  mutating func maxPool(_ number: Int, _ window: Window) -> Value {
    let scope = scope(number)
    var image = channelsFirst(batch.program.nodes[number].inputs[0], scope)
    var window = window
    // A pool's own padding must be smaller than its window.
    if window.padding.enumerated().contains(where: { $1 >= window.kernel[$0 / 2] }) {
      let p = window.padding
      image = builder.add(
        "Pad",
        [
          image, builder.integers([0, 0, p[0], p[2], 0, 0, p[1], p[3]]),
          builder.number(-Float.greatestFiniteMagnitude),
        ], in: scope)
      window.padding = [0, 0, 0, 0]
    }
    let attributes: [String: ONNXAttribute] = [
      "kernel_shape": .integers(window.kernel), "strides": .integers(window.stride),
      "pads": Self.pads(window),
    ]
    return channelsLast(builder.add("MaxPool", [image], attributes, in: scope), number)
  }

  mutating func averagePool(_ number: Int, _ window: Window) throws -> Value {
    let scope = scope(number)
    guard window.padding.enumerated().allSatisfy({ $1 < window.kernel[$0 / 2] }) else {
      throw failure(number, "ONNX has no mean over windows that lie wholly in the padding")
    }
    let image = channelsFirst(batch.program.nodes[number].inputs[0], scope)
    let attributes: [String: ONNXAttribute] = [
      "kernel_shape": .integers(window.kernel), "strides": .integers(window.stride),
      "pads": Self.pads(window), "count_include_pad": .integer(window.countsPadding ? 1 : 0),
    ]
    return channelsLast(builder.add("AveragePool", [image], attributes, in: scope), number)
  }
}
