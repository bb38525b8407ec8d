import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct RMSPropTests {
  @Test func followsTheReference() throws {
    try check("rmsprop") { reference in
      RMSProp(
        learningRate: reference.number("lr")!, decay: reference.number("alpha")!,
        epsilon: reference.number("eps")!, centered: reference.flag("centered")!,
        momentum: reference.number("momentum")!, weightDecay: reference.number("weight_decay")!)
    }
  }

  /// A constant gradient has no variance: round-off must not leave a negative one under the root.
  @Test func centredAverageOfAConstantStaysANumber() throws {
    var harness = Harness(
      RMSProp(learningRate: 0.001, decay: 0.5, centered: true), at: .init([1], [0]))
    for _ in 0..<80 { try harness.step([0.1]) }
    #expect(harness.parameter[0].isFinite)
  }
}
