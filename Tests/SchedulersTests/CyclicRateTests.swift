import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct CyclicRateTests {
  @Test func followsTheReference() throws {
    try check("cyclic") {
      CyclicRate(
        maximum: $0.number("max_lr")!, rise: Int($0.number("step_size_up")!),
        fall: $0.number("step_size_down").map { Int($0) },
        shape: CyclicRate.Shape(rawValue: $0.text("mode")!)!, gamma: $0.number("gamma")!)
    }
  }
}
