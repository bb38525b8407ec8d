import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct MultiStepDecayTests {
  @Test func followsTheReference() throws {
    try check("multistep") {
      MultiStepDecay(milestones: $0.integers("milestones")!, gamma: $0.number("gamma")!)
    }
  }
}
