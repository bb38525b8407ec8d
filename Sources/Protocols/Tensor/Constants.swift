extension Recorder {
  /// Fixed numbers, row-major, such as the weights of classes.
  /// Another number of values than the shape has elements is a mistake of the recording.
  public func constant(_ values: [Float], _ shape: Shape) -> Tensor {
    guard values.count == shape.count else {
      return fail("\(values.count) values for a tensor \(shape)", shape: shape)
    }
    guard let first = values.first, values.contains(where: { $0 != first }) else {
      return constant(values.first ?? 0).broadcast(to: shape)
    }
    return Tensor.apply(FixedNumbers(values: values, shape: shape), to: [constant(0)])
  }
}

/// Writes numbers that were known when the program was recorded.
package struct FixedNumbers: CustomOperation {
  package let values: [Float]
  package let shape: Shape
  package var name: String { "constants" }

  package func shape(of inputs: [Shape]) -> Shape { shape }

  package func compute(
    _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    _ = output.update(from: values)
  }

  package func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] {
    [nil]
  }
}
