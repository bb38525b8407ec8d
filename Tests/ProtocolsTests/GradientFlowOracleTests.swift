import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

/// Signals and gradients through eight layers, against PyTorch's.
@Suite struct GradientFlowOracleTests {
  @Test(arguments: try Oracle.cases("gradients/flow"))
  func throughEightLayers(_ reference: OracleCase) throws {
    let depth = try #require(reference.integers("depth"))[0]
    let rate = try #require(reference.number("lr"))
    // The rate is a constant of single precision, of which the ratios are multiples.
    let problems = try reference.differences(precision: .doubleWithSingleConstants) {
      recorder, tensors in
      var h = tensors["x"]!
      var weights: [Tensor] = []
      var columns: [String: [Tensor]] = [:]
      for layer in 0..<depth {
        let w = Scope(recorder).parameter(
          "w\(layer)", reference.parameters["w\(layer)"]!.shape, initial: .constant(0))
        weights.append(w)
        h = activation(reference, matmul(h, w, transposeB: true))
        columns["activation_mean", default: []].append(h.mean())
        columns["activation_std", default: []].append(sqrt(h.variance()))
        let isZero = h .== 0
        columns["zero_fraction", default: []].append(isZero.mean())
        let isDead = (isZero.sum([0]) .>= Float(h.shape[0])).sum()
        columns["dead_units", default: []].append(isDead)
      }
      let loss = square(h).mean()
      for (w, gradient) in zip(weights, loss.gradients(for: weights)) {
        let (size, slope) = (sqrt(square(w).sum()), sqrt(square(gradient).sum()))
        columns["weight_norm", default: []].append(size)
        columns["weight_gradient_norm", default: []].append(slope)
        columns["update_to_weight_ratio", default: []].append(Float(rate) * slope / size)
      }
      var results = ["loss": loss]
      for (name, values) in columns where reference.outputs[name] != nil {
        results[name] = .concatenate(values.map { $0.reshaped(to: [1]) }, axis: 0)
      }
      return results
    }
    #expect(problems.isEmpty, "\(problems)")
  }

  private func activation(_ reference: OracleCase, _ x: Tensor) -> Tensor {
    switch reference.text("activation") {
    case "sigmoid": sigmoid(x)
    case "tanh": tanh(x)
    default: maximum(x, 0)
    }
  }
}
