import EspalierHost
import EspalierReferences
import Testing

@Suite struct WelchTestTests {
  @Test(arguments: try Oracle.cases("../ensembles/welch"))
  func agreesWithScipy(_ reference: OracleCase) throws {
    let test = try #require(
      WelchTest(Sample(reference.inputs["a"]!.values), Sample(reference.inputs["b"]!.values)))
    for (name, found) in [
      ("t", test.t), ("degrees_of_freedom", test.degreesOfFreedom), ("p", test.p),
    ] {
      let expected = reference.outputs[name]!.values[0]
      #expect(
        abs(found - expected) <= 1e-9 * max(1, abs(expected)), "\(name): \(found), \(expected)")
    }
  }

  @Test func nothingToTestBy() {
    #expect(WelchTest(Sample([1]), Sample([2, 3])) == nil)
    #expect(WelchTest(Sample([1, 1]), Sample([2, 2])) == nil)
    #expect(Sample([1]).deviation.isNaN)
    #expect(Sample([1, 3]).deviation == 2.0.squareRoot())
  }
}
