import EspalierKernels
import EspalierProtocols

/// One call of a kernel, with everything about it that does not change from run to run.
///
/// Pointers stand in a table of the executable, by number, since those to inputs change. Nothing here is
/// counted by reference: the loop over steps touches no class.
enum Step {
  /// The table's entries from `operands` on are the program's slots.
  case fused(OpaquePointer, operands: Int)
  case gemm(esp_gemm, a: Int, b: Int, c: Int, block: UnsafeMutablePointer<BlockContext>?)
  case convolution(esp_conv, x: Int, w: Int, y: Int, block: UnsafeMutablePointer<BlockContext>?)
  case convolutionInputGradient(esp_conv, dy: Int, w: Int, dx: Int)
  case convolutionFilterGradient(esp_conv, x: Int, dy: Int, dw: Int)
  case maxPool(esp_pool, x: Int, y: Int, taps: Int?)
  case poolScatter(esp_pool, dy: Int, taps: Int, dx: Int)
  case poolGather(esp_pool, x: Int, taps: Int, y: Int)
  case averagePool(esp_pool, x: Int, y: Int)
  case averagePoolGradient(esp_pool, dy: Int, dx: Int)
  /// A strided copy; its geometry is an entry of the executable's list.
  case copy(geometry: Int, from: Int, to: Int)
  case fill(Int, count: Int, value: Float)
  case gather(table: Int, indices: Int, out: Int, count: Int, rows: Int, width: Int, node: Int)
  case scatterAdd(indices: Int, values: Int, out: Int, count: Int, rows: Int, width: Int, node: Int)
  case reduce(Reduction, from: Int, to: Int, outer: Int, axis: Int, inner: Int)
  case custom(Int)
}

/// What the block function of a product needs: the tile program and its operands.
struct BlockContext {
  var program: OpaquePointer
  var operands: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  var info: UnsafePointer<esp_run_info>
}

/// Runs a product's element-wise part on a finished block.
let runBlock: esp_block_function = { context, row0, row1, column0, column1 in
  let block = context!.assumingMemoryBound(to: BlockContext.self).pointee
  _ = esp_fused_run_block(
    block.program, block.operands, block.info, Int64(row0), Int64(row1), Int64(column0),
    Int64(column1))
}

/// Shape and strides of a strided copy.
struct CopyGeometry {
  var shape: [Int64]
  var from: [Int64]
  var to: [Int64]
  var offsetFrom = 0
  var offsetTo = 0

  /// Of numbers of 16 bits, two of which are moved as one of 32: those side by side along the last axis.
  var inPairs: CopyGeometry {
    func halved(_ strides: [Int64]) -> [Int64] { strides.dropLast().map { $0 / 2 } + [1] }
    var result = CopyGeometry(
      shape: shape.dropLast() + [shape.last! / 2], from: halved(from), to: halved(to))
    (result.offsetFrom, result.offsetTo) = (offsetFrom / 2, offsetTo / 2)
    return result
  }
}

/// A call of a plugin's own kernel.
struct CustomCall {
  let operation: any CustomOperation
  /// Where the operands' pointers stand in the table.
  let inputs: [(pointer: Int, count: Int)]
  let shapes: [Shape]
  let output: Int
  let count: Int
  /// The operands of the last run: an array that is made once and whose elements are replaced.
  private var operands: [UnsafeBufferPointer<Float>]

  init(
    operation: any CustomOperation, inputs: [(pointer: Int, count: Int)], shapes: [Shape],
    output: Int, count: Int
  ) {
    self.operation = operation
    self.inputs = inputs
    self.shapes = shapes
    self.output = output
    self.count = count
    operands = inputs.map { _ in UnsafeBufferPointer(start: nil, count: 0) }
  }

  mutating func run(_ table: UnsafeMutableBufferPointer<UnsafeMutablePointer<Float>?>) {
    for (place, input) in inputs.enumerated() {
      operands[place] = UnsafeBufferPointer(start: table[input.pointer], count: input.count)
    }
    operation.compute(
      operands, shapes, into: UnsafeMutableBufferPointer(start: table[output], count: count))
  }
}

extension ProductPrecision {
  /// What kernels call it.
  var code: Int32 {
    switch self {
    case .float32: Int32(ESP_PRECISION_FLOAT32)
    case .bfloat16: Int32(ESP_PRECISION_BFLOAT16)
    case .float16: Int32(ESP_PRECISION_FLOAT16)
    }
  }
}

extension Window {
  func convolution(
    batch: Int, channels: Int, filters: Int, shortImages: Bool = false, shortUpstream: Bool = false
  ) -> esp_conv {
    esp_conv(
      n: batch, h: height, w: width, c: channels, o: filters, kernel_h: kernel[0],
      kernel_w: kernel[1], stride_h: stride[0], stride_w: stride[1], pad_top: padding[0],
      pad_left: padding[2], pad_bottom: padding[1], pad_right: padding[3], dilation_h: dilation[0],
      dilation_w: dilation[1], groups: groups, out_h: outputHeight, out_w: outputWidth,
      precision: precision.code, x_is_short: shortImages ? 1 : 0,
      dy_is_short: shortUpstream ? 1 : 0)
  }

  func pool(batch: Int, channels: Int) -> esp_pool {
    esp_pool(
      n: batch, h: height, w: width, c: channels, kernel_h: kernel[0], kernel_w: kernel[1],
      stride_h: stride[0], stride_w: stride[1], pad_top: padding[0], pad_left: padding[2],
      pad_bottom: padding[1], pad_right: padding[3], out_h: outputHeight, out_w: outputWidth,
      count_padding: countsPadding ? 1 : 0)
  }
}
