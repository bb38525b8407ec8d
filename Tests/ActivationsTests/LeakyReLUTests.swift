import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct LeakyReLUTests {
  @Test func agreesWithReference() throws {
    try checkCases("leaky_relu", precision: .doubleWithSingleConstants) {
      LeakyReLU(slope: Float($0.number("negative_slope")!))
    }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(LeakyReLU(slope: 0.2)) }

  @Test func gainIsTheReference() throws {
    #expect(abs(LeakyReLU().gain - (try referenceGain("leaky_relu", slope: 0.01))) < 1e-6)
  }

  @Test func gainIsTheReferenceForAnotherSlope() throws {
    #expect(abs(LeakyReLU(slope: 0.2).gain - (try referenceGain("leaky_relu", slope: 0.2))) < 1e-6)
  }
}
