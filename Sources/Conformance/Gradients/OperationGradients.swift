import EspalierProtocols

/// Checks an operation with a kernel of its own: that it computes every element and nothing else, from
/// its inputs alone, and that its gradients are those of what it computes.
///
/// The kernel works in single precision, so that finite differences are taken over a step of 2⁻⁷ and
/// compared to 2 in 1000.
///
/// - Parameters:
///   - shapes: of its inputs, one each.
///   - range: where the inputs' numbers lie.
///   - kinks: where it has no gradient; whole and half numbers are avoided anyway.
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkGradients(
  of operation: some CustomOperation, shapes: [Shape], in range: ClosedRange<Double> = -2...2,
  avoiding kinks: [Double] = []
) throws {
  try checkGradients(
    of: operation,
    at: shapes.enumerated().map { .uneven($1, in: range, avoiding: kinks, number: $0) })
}

/// Checks an operation with a kernel of its own at inputs of your choice.
///
/// - Parameters:
///   - inputs: one each.
///   - constants: places of inputs that are not differentiated, such as indices.
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkGradients(
  of operation: some CustomOperation, at inputs: [Evaluation.Array], constants: Set<Int> = []
) throws {
  try checking(operation.name) {
    try checkKernel(operation, inputs)
    try checkGradientShapes(operation, inputs)
    let names = inputs.indices.map { "input \($0)" }
    try Evaluation.checkRecording(
      inputs: Dictionary(uniqueKeysWithValues: zip(names, inputs)),
      constants: Set(constants.map { names[$0] })
    ) { _, tensors in .apply(operation, to: names.map { tensors[$0]! }) }
  }
}

/// Runs the kernel into memory of different content, between guards.
private func checkKernel(_ operation: some CustomOperation, _ inputs: [Evaluation.Array]) throws {
  let shapes = inputs.map(\.shape)
  let shape = try operation.shape(of: shapes)
  let guards = 16
  let mark: Float = 4321.5
  let memory = inputs.map { input in
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(input.shape.count, 1))
    _ = buffer.initialize(from: input.floats + (input.shape.count == 0 ? [0] : []))
    return buffer
  }
  defer { memory.forEach { $0.deallocate() } }
  let views = zip(memory, inputs).map { UnsafeBufferPointer(rebasing: $0[..<$1.shape.count]) }

  func result(startingWith content: Float) throws -> [Float] {
    var output = [Float](repeating: mark, count: shape.count + 2 * guards)
    for place in guards..<guards + shape.count { output[place] = content }
    output.withUnsafeMutableBufferPointer {
      let part = UnsafeMutableBufferPointer(rebasing: $0[guards..<guards + shape.count])
      operation.compute(views, shapes, into: part)
    }
    guard (output.prefix(guards) + output.suffix(guards)).allSatisfy({ $0 == mark }) else {
      throw ConformanceFailure(operation.name, "the kernel writes outside of its output \(shape)")
    }
    return Array(output[guards..<guards + shape.count])
  }

  let first = try result(startingWith: .nan)
  for content: Float in [12345.5, -0.5, .nan] {
    let other = try result(startingWith: content)
    for place in first.indices where first[place].bitPattern != other[place].bitPattern {
      throw ConformanceFailure(
        operation.name,
        "element \(place) is \(first[place]) or \(other[place]), as the output's memory was before: "
          + "the kernel must compute every element and read none")
    }
  }
  if let place = first.firstIndex(where: { $0.isNaN }) {
    throw ConformanceFailure(
      operation.name, "element \(place) is not computed, or is NaN for finite inputs")
  }
  for (number, input) in inputs.enumerated() {
    for (place, value) in input.floats.enumerated() where views[number][place] != value {
      throw ConformanceFailure(
        operation.name, "the kernel changes element \(place) of input \(number)")
    }
  }
}

private func checkGradientShapes(
  _ operation: some CustomOperation, _ inputs: [Evaluation.Array]
) throws {
  let recorder = Recorder()
  let tensors = inputs.enumerated().map { recorder.input("\($0)", $1.shape) }
  let y = Tensor.apply(operation, to: tensors)
  let upstream = recorder.input("upstream", y.shape)
  let gradients = operation.gradients(inputs: tensors, output: y, upstream: upstream)
  if let failure = recorder.failure { throw failure }
  guard gradients.count == inputs.count else {
    throw ConformanceFailure(
      operation.name, "gives \(gradients.count) gradients for \(inputs.count) inputs")
  }
  for (number, gradient) in gradients.enumerated() {
    guard let gradient, gradient.shape != inputs[number].shape else { continue }
    throw ConformanceFailure(
      operation.name,
      "the gradient of input \(number) is \(gradient.shape), the input is \(inputs[number].shape)")
  }
}
