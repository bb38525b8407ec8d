import EspalierKernels
import EspalierProtocols

/// (x − shift) / divisor · gain + offset, number by number: what most normalizers come down to.
struct Scaling: Transform {
  let outputShape: Shape
  /// One a number of a sample.
  private let shift: [Float]
  private let divisor: [Float]
  /// Whether nothing is subtracted or divided, so that all numbers are changed alike.
  private let isUniform: Bool
  private let gain: Float
  private let offset: Float
  let state: [String: TransformState]

  /// - Parameters:
  ///   - shift: one a group, like the divisor.
  init(
    _ shape: Shape, _ grouping: Grouping, shift: [Float], divisor: [Float], gain: Float = 1,
    offset: Float = 0, state: [String: [Float]]
  ) {
    outputShape = shape
    self.shift = grouping.spread(shift, shape)
    self.divisor = grouping.spread(divisor, shape)
    isUniform = shift.allSatisfy { $0 == 0 } && divisor.allSatisfy { $0 == 1 }
    self.gain = gain
    self.offset = offset
    self.state = state.mapValues { TransformState(grouping.stateShape(shape), $0) }
  }

  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    let (rows, columns) = (Int64(count), Int64(shift.count))
    if isUniform {
      esp_scale_columns(
        output.baseAddress, input.baseAddress, rows, columns, nil, nil, gain, offset)
    } else {
      esp_scale_columns(
        output.baseAddress, input.baseAddress, rows, columns, shift, divisor, gain, offset)
    }
  }

  func recorded(_ samples: Tensor) -> Tensor? {
    let recorder = samples.recorder
    var x = samples
    // What changes nothing is left out, so that exported models do not carry it.
    if shift.contains(where: { $0 != 0 }) { x = x - recorder.constant(shift, outputShape) }
    if divisor.contains(where: { $0 != 1 }) { x = x / recorder.constant(divisor, outputShape) }
    if gain != 1 { x = x * gain }
    return offset == 0 ? x : x + offset
  }

  func recordedInverse(_ values: Tensor) -> Tensor? {
    guard gain != 0 else { return nil }
    let recorder = values.recorder
    return (values - offset) / gain * recorder.constant(divisor, outputShape)
      + recorder.constant(shift, outputShape)
  }

  func invert(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> Bool {
    guard gain != 0 else { return false }
    let width = shift.count
    for row in 0..<count {
      for place in 0..<width {
        let value = (values[row * width + place] - offset) / gain
        values[row * width + place] = value * divisor[place] + shift[place]
      }
    }
    return true
  }
}
