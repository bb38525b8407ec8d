import Espalier
import EspalierConformance
import Foundation
import Testing

@testable import Acme

@Suite struct YeoJohnsonTests {
  @Test func conforms() throws {
    try checkSample(of: YeoJohnson.self)
    try checkRoundTrip(of: YeoJohnson())
  }

  /// Where the logarithms of x + 1 lie evenly about their mean, λ = 0 is the likeliest: the logarithm.
  @Test func findsTheLogarithm() {
    let logarithms = stride(from: -2.0, through: 2, by: 0.05).map { 2 + $0 * $0 * $0 / 4 }
    #expect(abs(YeoJohnson.likeliest(logarithms.map { exp($0) - 1 })) < 1e-4)
  }

  @Test func leavesConstantsAlone() {
    #expect(YeoJohnson.likeliest([3, 3, 3]) == 1)
  }
}
