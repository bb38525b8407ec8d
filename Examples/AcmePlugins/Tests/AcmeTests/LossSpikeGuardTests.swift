import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct LossSpikeGuardTests {
  /// So easily alarmed that the small runs of the checks alarm it.
  static let nervous = LossSpikeGuard(factor: 1.01, steps: 2)

  @Test func conforms() throws {
    try checkSample(of: LossSpikeGuard.self)
    try checkDeterminism(of: Self.nervous)
    try checkRoundTrip(of: Self.nervous)
  }
}
