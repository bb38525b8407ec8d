import EspalierConformance
import EspalierLosses
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct CTCTests {
  /// Targets as the loss takes them: the steps that count, the labels, −1 behind them.
  private func targets(_ reference: OracleCase) -> Evaluation.Array {
    let labels = reference.inputs["targets"]!
    let (n, width) = (labels.shape[0], labels.shape[1])
    var values: [Double] = []
    for sample in 0..<n {
      values.append(reference.inputs["input_lengths"]!.values[sample])
      let count = Int(reference.inputs["target_lengths"]!.values[sample])
      for place in 0..<width {
        values.append(place < count ? labels.values[sample * width + place] : -1)
      }
    }
    return .init([n, width + 1], values)
  }

  @Test func agreesWithTheReference() throws {
    let cases = try Oracle.cases("losses/ctc").filter { $0.text("reduction") != "none" }
    #expect(cases.count == 6)
    for reference in cases {
      let loss = CTC(
        blank: Int(reference.number("blank")!), zeroInfinity: reference.flag("zero_infinity")!,
        leadingLength: true)
      let target = targets(reference)
      let n = Float(target.shape[0])
      let lengths = reference.inputs["target_lengths"]!.values.map { Float(max($0, 1)) }
      // The operation computes in 32 bits.
      let differences = try reference.differences(
        precision: .single,
        skipping: ["gradients.targets", "gradients.input_lengths", "gradients.target_lengths"]
      ) { recorder, tensors in
        let output = tensors["logits"]!.permuted([1, 0, 2])
        let labels = recorder.constant(target.values.map { Float($0) }, target.shape)
        if reference.text("reduction") == "mean" {
          return ["y": try loss(output, labels, LossContext(isTraining: true))]
        }
        // A sum: each loss times its length, n times their mean.
        let weights = recorder.constant(lengths, [lengths.count])
        let mean = try loss(
          output, labels, LossContext(isTraining: true, sampleWeights: weights))
        return ["y": mean * lengths.reduce(0, +)]
      }
      #expect(differences == [], "\(reference.id) \(n)")
    }
  }

  @Test func slopes() throws {
    let output = Evaluation.Array.uneven([2, 5, 3])
    let labels = Evaluation.Array([2, 2], [1, 1, 2, -1])
    let inputs = ["output": output, "target": labels]
    try Evaluation.checkGradients(
      inputs: inputs, constants: ["target"], step: 1e-2, tolerance: 1e-3
    ) {
      _, tensors in
      try CTC()(tensors["output"]!, tensors["target"]!, LossContext(isTraining: true))
    }
  }

  @Test func theBestPathIsThePrediction() throws {
    // Classes of the steps: 1 1 0 1 2 2, and 0 0 2 0 0 0.
    let best = [[1, 1, 0, 1, 2, 2], [0, 0, 2, 0, 0, 0]]
    let values = best.flatMap { $0.flatMap { label in (0..<3).map { $0 == label ? 1.0 : 0 } } }
    let found = try Evaluation.run(inputs: ["x": .init([2, 6, 3], values)]) { _, tensors in
      ["y": CTC().prediction(from: tensors["x"]!)]
    }["y"]!
    #expect(found.shape == [2, 6])
    #expect(found.values == [1, 1, 2, -1, -1, -1, 2, -1, -1, -1, -1, -1])
  }

  /// Class 1 is the greatest by little, and in all places.
  @Test func everyClassIsCompared() throws {
    let found = try Evaluation.run(inputs: [
      "x": .init([1, 3, 3], [0.3, 0.4, 0.35, 0.1, 0.2, 0.15, 0.5, 0.4, 0.6])
    ]) { ["y": CTC().prediction(from: $1["x"]!)] }["y"]!
    #expect(found.values == [1, 2, -1])
  }

  @Test func labelsThatAreNoClassesGiveNoNumber() throws {
    let output = Evaluation.Array.uneven([1, 4, 3])
    for labels in [[7.0, -1], [0, 1]] {
      #expect(try evaluate(CTC(), output, .init([1, 2], labels)).isNaN)
    }
    #expect(try evaluate(CTC(), .uneven([1, 1, 3]), .init([1, 2], [1, 1])) == .infinity)
    #expect(
      try evaluate(CTC(zeroInfinity: true), .uneven([1, 1, 3]), .init([1, 2], [1, 1])) == 0)
  }

  @Test func shapesAreChecked() throws {
    #expect(throws: (any Error).self) {
      _ = try evaluate(CTC(), .uneven([2, 3]), .init([2, 2], [1, 1, 1, 1]))
    }
    #expect(throws: (any Error).self) {
      _ = try evaluate(CTC(blank: 3), .uneven([1, 4, 3]), .init([1, 1], [1]))
    }
  }
}
