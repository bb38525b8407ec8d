import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct RandomProjectionTests {
  @Test func conforms() throws {
    try checkSample(of: RandomProjection.self)
    try checkRoundTrip(of: RandomProjection(components: 3))
  }
}
