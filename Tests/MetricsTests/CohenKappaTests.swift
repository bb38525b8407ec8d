import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct CohenKappaTests {
  @Test func followsTheReference() throws { try checkClasses("cohen_kappa", CohenKappa()) }
  @Test func isUndefinedForNoSamples() { checkEmpty(CohenKappa(), classes(2), width: 1) }
}
