import Espalier

/// The point of the simplex that is nearest to x, along the last axis: probabilities like those of
/// softmax, of which many are exactly zero.
///
///     y = max(x − τ, 0),  τ = (Σ of the k largest − 1) / k,
///     k the largest number with 1 + k · x₍ₖ₎ > Σ of the k largest
///
/// The threshold τ needs the elements in order. Tensors have no sort; composed of comparisons of each
/// element with each other it takes n² numbers a row, here n log n time and no memory beside a row.
struct Sparsemax: Activation {
  static let manifest = Manifest(
    "sparsemax", "max(x - τ, 0) with sum 1 along the last axis",
    paper: "Martins and Astudillo, 2016")

  func callAsFunction(_ x: Tensor) -> Tensor { .apply(SparsemaxOperation(), to: [x]) }
}

struct SparsemaxOperation: CustomOperation {
  let name = "sparsemax"

  func shape(of inputs: [Shape]) throws -> Shape {
    guard inputs[0].rank > 0 else { throw PluginError("a single number has no last axis") }
    return inputs[0]
  }

  func compute(
    _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let width = shapes[0].last
    guard width > 0 else { return }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { buffer in
      var sorted = buffer
      for start in stride(from: 0, to: output.count, by: width) {
        let row = UnsafeBufferPointer(rebasing: inputs[0][start..<start + width])
        _ = sorted.initialize(from: row)
        sorted.sort(by: >)
        let threshold = Self.threshold(UnsafeBufferPointer(sorted))
        for place in 0..<width { output[start + place] = max(row[place] - threshold, 0) }
      }
    }
  }

  /// τ of numbers from the largest to the smallest.
  private static func threshold(_ sorted: UnsafeBufferPointer<Float>) -> Float {
    // Less the largest, so that nothing is lost where all numbers are large.
    var sum: Float = 0
    var result: Float = -1
    for (place, value) in sorted.enumerated() {
      let count = Float(place + 1)
      sum += value - sorted[0]
      guard 1 + count * (value - sorted[0]) > sum else { break }
      result = (sum - 1) / count
    }
    return sorted[0] + result
  }

  /// Among the elements above zero the gradient less its mean; nothing reaches the others.
  func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] {
    let support = output .> 0
    let mean =
      (upstream * support).sum([-1], keepingAxes: true) / support.sum([-1], keepingAxes: true)
    return [(upstream - mean) * support]
  }
}
