import EspalierConformance
import EspalierProtocols

/// Uneven numbers of both signs, some distance from zero and from each other.
func numbers(_ shape: Shape, _ salt: Int = 0) -> Evaluation.Array {
  .init(
    shape,
    (0..<shape.count).map { index in
      let size = 0.3 + 0.17 * Double((index * 7 + salt * 3) % 11)
      return (index + salt) % 3 == 1 ? -size : size
    })
}

/// The same without signs.
func positives(_ shape: Shape, _ salt: Int = 0) -> Evaluation.Array {
  .init(shape, numbers(shape, salt).values.map(\.magnitude))
}

/// Checks gradients, and the gradients of a nonlinear function's gradients.
func checkTwice(
  _ inputs: [String: Evaluation.Array], constants: Set<String> = [],
  _ body: @escaping (Recorder, [String: Tensor]) throws -> Tensor
) throws {
  try Evaluation.checkGradients(inputs: inputs, constants: constants, body)
  try Evaluation.checkGradients(inputs: inputs, constants: constants, tolerance: 2e-5) {
    recorder, tensors in
    let y = try body(recorder, tensors)
    let names = inputs.keys.sorted().filter { !constants.contains($0) }
    let gradients = (y * y * y).sum().gradients(for: names.map { tensors[$0]! })
    let flat = gradients.map { $0.reshaped(to: [$0.shape.count]) }
    return Tensor.concatenate(flat, axis: 0)
  }
}

/// The values of one recorded tensor.
func values(
  _ inputs: [String: Evaluation.Array] = [:],
  _ body: @escaping (Recorder, [String: Tensor]) throws -> Tensor
) throws -> [Double] {
  try Evaluation.run(inputs: inputs) { ["y": try body($0, $1)] }["y"]!.values
}

/// What the first mistake of a recording is said to be.
func mistake(_ body: (Recorder) throws -> Void) -> String {
  let recorder = Recorder()
  do {
    try body(recorder)
    _ = try recorder.finish()
    return ""
  } catch { return "\(error)" }
}
