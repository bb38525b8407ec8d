import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct SnakeTests {
  @Test func conforms() throws {
    try checkSample(of: Snake.self)
    try checkGradients(of: Snake())
    try checkConvergence(of: Snake())
    try checkRoundTrip(of: Snake())
  }

  @Test func values() throws {
    let inputs = ["x": Evaluation.Array([3], [0, 1, -Double.pi / 2])]
    let y = try Evaluation.run(inputs: inputs) { _, tensors in ["y": Snake()(tensors["x"]!)] }["y"]!
    // 1 + sin²(1), and sin² of a quarter turn is one.
    for (found, expected) in zip(y.values, [0, 1.708_073_418, 1 - Double.pi / 2]) {
      #expect(abs(found - expected) < 1e-8)
    }
  }
}
