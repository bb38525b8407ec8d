import EspalierConformance
import EspalierLosses
import EspalierProtocols
import EspalierReferences
import Testing

/// Compares a loss with the cases of a file whose reduction is a mean.
///
/// Cases of other reductions are skipped: a loss is always one number, the mean. Those of a plain
/// sum are compared as count × mean.
///
/// - Parameters:
///   - folder: of the file, seen from the oracles.
///   - target: name of the targets.
///   - make: the loss that a case is about; `nil` for one that it cannot express.
func checkCases(
  _ file: String, in folder: String = "losses/", named names: Set<String>? = nil, output: String,
  target: String = "target",
  precision: OracleCase.Precision = .double, location: SourceLocation = #_sourceLocation,
  _ make: (OracleCase) -> (any Loss)?
) throws {
  var compared = 0
  for reference in try Oracle.cases(folder + file, named: names) {
    guard let loss = make(reference) else { continue }
    let reduction = reference.text("reduction") ?? "mean"
    if reduction == "none" { continue }
    let targets = reference.inputs[target]!
    let isByRow = loss is CrossEntropy || loss is Hinge || loss is KLDivergence
    let count = isByRow ? targets.shape[0] : targets.shape.count
    let differences = try reference.differences(
      precision: precision, skipping: ["gradients.target"]
    ) { _, tensors in
      let context = LossContext(isTraining: true, sampleWeights: tensors["sample_weight"])
      let mean = try loss(tensors[output]!, tensors[target]!, context)
      return ["y": reduction == "sum" ? mean * Float(count) : mean]
    }
    #expect(differences == [], sourceLocation: location)
    compared += 1
  }
  #expect(compared > 0, sourceLocation: location)
}

/// The loss of numbers.
func evaluate(
  _ loss: any Loss, _ output: Evaluation.Array, _ target: Evaluation.Array, training: Bool = true,
  sampleWeights: [Double]? = nil, classCounts: [Int] = []
) throws -> Double {
  var inputs = ["output": output, "target": target]
  if let sampleWeights { inputs["weights"] = .init([sampleWeights.count], sampleWeights) }
  return try Evaluation.run(inputs: inputs, training: training) { _, tensors in
    let context = LossContext(
      isTraining: training, sampleWeights: tensors["weights"], classCounts: classCounts)
    return ["y": try loss(tensors["output"]!, tensors["target"]!, context)]
  }["y"]!.values[0]
}

/// Compares recorded gradients with finite differences.
func checkSlopes(
  _ loss: any Loss, _ output: Evaluation.Array, _ target: Evaluation.Array,
  sampleWeights: [Double]? = nil
) throws {
  var inputs = ["output": output, "target": target]
  if let sampleWeights { inputs["weights"] = .init([sampleWeights.count], sampleWeights) }
  try Evaluation.checkGradients(inputs: inputs, constants: ["target", "weights"]) { _, tensors in
    try loss(
      tensors["output"]!, tensors["target"]!,
      LossContext(isTraining: true, sampleWeights: tensors["weights"]))
  }
}

let outputs = Evaluation.Array([3, 2], [0.4, -1.3, 2.2, 0.7, -0.6, 1.1])
let values = Evaluation.Array([3, 2], [0.1, 0.3, -1.2, 0.9, -2.6, 1.0])
