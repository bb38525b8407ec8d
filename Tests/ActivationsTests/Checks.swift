import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

/// Compares an activation with every case of a file of reference numbers, gradients included.
///
/// - Parameter make: the activation that a case is about; `nil` for one that it cannot express.
func checkCases(
  _ file: String, precision: OracleCase.Precision = .double, training: Bool = true,
  location: SourceLocation = #_sourceLocation, _ make: (OracleCase) -> (any Activation)?
) throws {
  var compared = 0
  for reference in try Oracle.cases("activations/" + file) {
    guard let activation = make(reference) else { continue }
    let differences = try reference.differences(training: training, precision: precision) {
      _, tensors in ["y": activation(tensors["x"]!)]
    }
    #expect(differences == [], sourceLocation: location)
    compared += 1
  }
  #expect(compared > 0, sourceLocation: location)
}

/// Compares recorded gradients with finite differences, away from kinks.
func checkSlopes(_ activation: any Activation, shape: Shape = [2, 4]) throws {
  let values = (0..<shape.count).map { Double($0 * 7 % 11) * 0.53 - 2.41 }
  try Evaluation.checkGradients(inputs: ["x": .init(shape, values)]) { activation($1["x"]!) }
}

/// The factor that initializers use, in the reference.
func referenceGain(_ nonlinearity: String, slope: Double? = nil) throws -> Float {
  let all = try Oracle.cases("initializers/gain", named: ["gain"])
  let found = try #require(
    all.first {
      $0.text("nonlinearity") == nonlinearity && (slope == nil || $0.number("a") == slope)
    })
  return Float(try #require(found.other["expected"]?["gain"]?.number))
}
