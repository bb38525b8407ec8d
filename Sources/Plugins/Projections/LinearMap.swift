import EspalierKernels
import EspalierProtocols

/// W · (x − mean) for each sample.
struct LinearMap: Transform {
  let outputShape: Shape
  private let mean: [Float]
  /// Transposed, [input × output], as the product takes it.
  private let columns: [Float]
  let state: [String: TransformState]

  /// - Parameters:
  ///   - matrix: [output × input].
  ///   - extra: further arrays that are saved, for reports.
  init(
    mean: [Float], matrix: [Float], outputShape: Shape, extra: [String: [Float]] = [:]
  ) {
    let (inputs, outputs) = (mean.count, outputShape.count)
    self.mean = mean
    self.outputShape = outputShape
    var columns = [Float](repeating: 0, count: matrix.count)
    for row in 0..<outputs {
      for column in 0..<inputs { columns[column * outputs + row] = matrix[row * inputs + column] }
    }
    self.columns = columns
    var state = extra.mapValues { TransformState([$0.count], $0) }
    state["mean"] = TransformState([inputs], mean)
    state["matrix"] = TransformState([outputs, inputs], matrix)
    self.state = state
  }

  /// The map of a saved state.
  init(
    _ state: [String: TransformState], sampleShape: Shape, keepsShape: Bool, of plugin: String
  ) throws {
    guard let mean = state["mean"], let matrix = state["matrix"] else {
      throw PluginError("the saved \(plugin) lacks `mean` or `matrix`")
    }
    let inputs = sampleShape.count
    guard mean.values.count == inputs, matrix.shape.rank == 2, matrix.shape[1] == inputs,
      matrix.shape[0] > 0, matrix.values.count == matrix.shape.count,
      !keepsShape || matrix.shape[0] == inputs
    else {
      throw PluginError(
        "the saved \(plugin) is for \(mean.values.count) features, the samples have \(inputs)")
    }
    self.init(
      mean: mean.values, matrix: matrix.values,
      outputShape: keepsShape ? sampleShape : [matrix.shape[0]],
      extra: state.filter { $0.key != "mean" && $0.key != "matrix" }.mapValues(\.values))
  }

  func recorded(_ samples: Tensor) -> Tensor? {
    let recorder = samples.recorder
    let (count, inputs) = (samples.shape[0], mean.count)
    let centered = samples.reshaped(to: [count, inputs]) - recorder.constant(mean, [inputs])
    return matmul(centered, recorder.constant(columns, [inputs, outputShape.count]))
      .reshaped(to: Shape([count] + outputShape.dimensions))
  }

  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    esp_map_rows(
      output.baseAddress, input.baseAddress, Int64(count), Int64(mean.count),
      Int64(outputShape.count), mean, columns)
  }
}
