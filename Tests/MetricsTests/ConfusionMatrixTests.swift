import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct ConfusionMatrixTests {
  @Test func followsTheReference() throws {
    try checkClasses("confusion_matrix", ConfusionMatrix())
  }

  @Test func namesItsRows() throws {
    let result = measure(
      ConfusionMatrix(), .classes(["cat", "dog"]), predictions: [0.9, 0.2], targets: [0, 0],
      width: 1)
    guard case .matrix(let labels, let counts) = result else {
      Issue.record("no matrix")
      return
    }
    #expect(labels == ["cat", "dog"])
    #expect(counts == [[1, 1], [0, 0]])
  }
}
