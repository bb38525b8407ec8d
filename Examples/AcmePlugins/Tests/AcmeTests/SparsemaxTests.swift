import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct SparsemaxTests {
  /// Rows with one, two and three numbers above zero, none near to where that changes.
  static let rows = Evaluation.Array(
    [3, 4],
    [
      2, 0.5, -1, 0.2,
      0.1, 1.1, 0.2, 0.8,
      0.4, 0.3, -2, 0.6,
    ])

  @Test func conforms() throws {
    try checkSample(of: Sparsemax.self)
    try checkRoundTrip(of: Sparsemax())
    try checkGradients(of: Sparsemax(), at: [Self.rows])
  }

  @Test func operation() throws {
    try checkGradients(of: SparsemaxOperation(), at: [Self.rows])
  }

  @Test func values() throws {
    let y = try Evaluation.run(inputs: ["x": Self.rows]) { _, tensors in
      ["y": Sparsemax()(tensors["x"]!)]
    }["y"]!
    // The thresholds are 1, (1.9 − 1) / 2 = 0.45, and (1.3 − 1) / 3 = 0.1.
    let expected = [1, 0, 0, 0, 0, 0.65, 0, 0.35, 0.3, 0.2, 0, 0.5]
    for (found, expected) in zip(y.values, expected) { #expect(abs(found - expected) < 1e-6) }
  }

  @Test func largeNumbers() throws {
    let x = Evaluation.Array([1, 3], [1e6, 1e6, -1e6])
    let y = try Evaluation.run(inputs: ["x": x]) { _, tensors in
      ["y": Sparsemax()(tensors["x"]!)]
    }["y"]!
    #expect(y.values == [0.5, 0.5, 0])
  }
}
