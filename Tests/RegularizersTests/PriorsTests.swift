import EspalierConformance
import EspalierProtocols
import EspalierReferences
import EspalierRegularizers
import Testing

/// A penalty is the negative logarithm of a prior, but for a constant.
@Suite struct PriorsTests {
  @Test func penaltiesOfPriors() throws {
    let cases = try Oracle.cases("regularizers/priors")
    #expect(cases.count == 4)
    for reference in cases {
      let penalty: any Regularizer
      if reference.name == "gaussian_prior" {
        // ½λΣw² has twice the factor of λΣw².
        let lambda = try #require(reference.outputs["equivalent_lambda_of_sum_w2"]).values[0]
        penalty = L2(strength: 2 * lambda)
        #expect(abs(lambda - 1 / (2 * square(reference.number("sigma")!))) < 1e-12)
      } else {
        let lambda = try #require(reference.outputs["equivalent_lambda_of_sum_abs"]).values[0]
        penalty = L1(strength: lambda)
        #expect(abs(lambda - 1 / reference.number("scale")!) < 1e-12)
      }
      let found = try Evaluation.run(inputs: ["w": try #require(reference.inputs["w"])]) {
        ["penalty": penalty.penalty($1["w"]!)]
      }["penalty"]!.values[0]
      let constant = reference.outputs["constant"]!.values[0]
      let expected = reference.outputs["negative_log_prior"]!.values[0]
      #expect(abs(found + constant - expected) < 1e-5, "\(reference.id)")
    }
  }

  private func square(_ x: Double) -> Double { x * x }
}
