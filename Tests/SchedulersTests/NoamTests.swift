import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct NoamTests {
  @Test func followsTheReference() throws {
    try check("noam", base: { $0.number("factor")! }) {
      Noam(width: Int($0.number("d_model")!), warmup: Int($0.number("warmup_steps")!))
    }
  }
}
