import EspalierMetrics
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct CalibrationErrorTests {
  @Test(arguments: [(CalibrationError.Norm.expected, "ece"), (.maximum, "mce")])
  func followsTheReference(norm: CalibrationError.Norm, output: String) throws {
    for reference in try Oracle.cases(
      "metrics/probability", named: ["expected_calibration_error"])
    {
      let probabilities = reference.inputs["probabilities"]!
      let width = probabilities.shape[1]
      for batch in [Int.max, 7] {
        let result = measure(
          CalibrationError(bins: Int(reference.number("bins")!), norm: norm), classes(width),
          predictions: probabilities.values, targets: reference.inputs["labels"]!.values,
          width: width, batch: batch)
        // Probabilities come in single precision.
        let problem = reference.difference(
          output, .init([], [result.number!]), reference.outputs[output]!, precision: .single)
        #expect(problem == nil, "\(reference.id): \(problem ?? "")")
      }
    }
  }

  @Test func oneProbabilityIsAsTwo() throws {
    let reference = try #require(
      try Oracle.cases("metrics/probability").last { $0.name == "expected_calibration_error" })
    let both = reference.inputs["probabilities"]!
    #expect(both.shape[1] == 2)
    let result = measure(
      CalibrationError(bins: Int(reference.number("bins")!)), classes(2),
      predictions: stride(from: 1, to: both.values.count, by: 2).map { both.values[$0] },
      targets: reference.inputs["labels"]!.values, width: 1)
    #expect(abs(result.number! - reference.outputs["ece"]!.values[0]) < 1e-6)
  }

  @Test func whatIsNoProbabilityDoesNotCrash() {
    let result = measure(
      CalibrationError(), classes(2), predictions: [.nan, .infinity, -3], targets: [0, 1, 0],
      width: 1)
    #expect(!result.number!.isFinite)
  }

  @Test func lessIsBetter() { #expect(!CalibrationError.higherIsBetter) }
  @Test func isUndefinedForNoSamples() { checkEmpty(CalibrationError(), classes(2), width: 1) }
}
