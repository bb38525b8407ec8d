import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct ZerOTests {
  @Test func conforms() throws {
    try checkSample(of: ZerO.self)
    try checkConvergence(of: ZerO())
    try checkDeterminism(of: ZerO(), shapes: [[6, 4], [4, 3, 3, 3], [5, 5]])
    try checkRoundTrip(of: ZerO())
  }

  @Test func values() throws {
    func weights(_ units: Int, _ inputs: Int) -> [Float] {
      (0..<units).flatMap { unit in
        (0..<inputs).map { ZerO.element(unit, $0, units, inputs) }
      }
    }
    #expect(weights(2, 3) == [1, 0, 0, 0, 1, 0])
    // Order 4, of which two columns stay: 2^(−1/2) times the signs.
    let size = Float(0.5).squareRoot()
    #expect(weights(4, 2) == [size, size, size, -size, size, size, size, -size])
  }
}
