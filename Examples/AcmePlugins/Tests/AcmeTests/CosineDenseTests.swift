import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct CosineDenseTests {
  @Test func conforms() throws {
    try checkSample(of: CosineDense.self)
    try checkGradients(of: CosineDense(3), shapes: [[4, 5], [2, 3, 4]])
    try checkConvergence(of: CosineDense(5), sampleShapes: [[6]])
    try checkDeterminism(of: CosineDense(5), sampleShapes: [[6]])
    try checkRoundTrip(of: CosineDense(5), sampleShapes: [[6]])
  }

  @Test func isTheCosine() throws {
    let inputs = ["x": Evaluation.Array([2, 2], [3, 0, 1, 1])]
    let parameters = ["cosine_dense_1.weight": [2.0, 0], "cosine_dense_1.scale": [4]]
    let y = try Evaluation.run(inputs: inputs, parameters: parameters) { recorder, tensors in
      ["y": try Scope(recorder).apply([CosineDense(1)], to: tensors["x"]!)]
    }["y"]!
    // Along the weight, and at 45° to it.
    for (found, expected) in zip(y.values, [4, 4 * 0.5.squareRoot()]) {
      #expect(abs(found - expected) < 1e-5)
    }
  }
}
