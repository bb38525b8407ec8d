import EspalierActivations
import Testing

@Suite struct LogSigmoidTests {
  @Test func agreesWithTheReference() throws { try checkCases("log_sigmoid") { _ in LogSigmoid() } }
}
