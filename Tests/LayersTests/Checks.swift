import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

/// An activation for tests, which must not depend on those of the activations' module.
struct Rectifier: Activation {
  static let manifest = Manifest("rectifier", "max(x, 0)")
  var gain: Float { VarianceScaling.rectifierGain() }
  func callAsFunction(_ x: Tensor) -> Tensor { maximum(x, 0) }
}

/// An activation that learns, under a name that layers use too.
struct Scaled: Activation {
  static let manifest = Manifest("scaled", "w x")
  func callAsFunction(_ x: Tensor) -> Tensor {
    x * x.scope.parameter("weight", [1], role: .scale, initial: .constant(2))
  }
}

/// Uneven numbers without ties, for inputs.
func numbers(_ shape: Shape, seed: Int = 1) -> Evaluation.Array {
  .init(
    shape,
    (0..<shape.count).map { Double(($0 * 7919 + seed * 104_729) % 1009) / 1009 * 4 - 2 })
}

/// Records a layer under its usual name and returns the result's shape and the variables it made.
func record(_ layer: any Layer, _ shape: Shape, training: Bool = true) throws -> (
  shape: Shape, variables: VariableTable
) {
  let recorder = Recorder(isTraining: training)
  let y = try Scope(recorder).apply([layer], to: recorder.input("x", shape))
  _ = try recorder.finish()
  return (y.shape, recorder.variables)
}

/// Runs a layer on numbers.
func run(
  _ layer: any Layer, _ x: Evaluation.Array, parameters: [String: [Double]] = [:],
  training: Bool = true
) throws -> Evaluation.Array {
  try Evaluation.run(inputs: ["x": x], parameters: parameters, training: training) {
    ["y": try layer($1["x"]!, in: Scope($0))]
  }["y"]!
}

/// Compares recorded gradients with finite differences.
func checkSlopes(_ layer: any Layer, _ shape: Shape, training: Bool = true) throws {
  try Evaluation.checkGradients(inputs: ["x": numbers(shape)], training: training) {
    try layer($1["x"]!, in: Scope($0))
  }
}

/// Compares a layer with reference numbers.
func compare(
  _ reference: OracleCase, variables: [String: String] = [:], training: Bool = true,
  precision: OracleCase.Precision = .double, skipping: Set<String> = [],
  location: SourceLocation = #_sourceLocation, _ layer: any Layer
) throws {
  let differences = try reference.differences(
    variables: variables, training: training, precision: precision, skipping: skipping
  ) { ["y": try layer($1["x"]!, in: Scope($0))] }
  #expect(differences == [], sourceLocation: location)
}

/// Whether a layer refuses an input, with words that say why.
func refuses(_ layer: any Layer, _ shape: Shape, _ words: String) -> Bool {
  do {
    _ = try record(layer, shape)
    return false
  } catch { return "\(error)".contains(words) }
}
