import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct DropoutTests {
  @Test func passesItsInputInEvaluation() throws {
    for reference in try Oracle.cases("layers/dropout", named: ["dropout_eval"]) {
      try compare(reference, training: false, Dropout(Float(reference.number("p")!)))
    }
  }

  // The reference is given its mask. Here the mask is drawn: it is read from ones that pass through
  // the same place, and the rule y = x · mask / (1 − p) must hold for the result and the gradient.
  @Test func keptValuesAreDividedByTheirShare() throws {
    for reference in try Oracle.cases("layers/dropout", named: ["dropout_given_mask"]) {
      let rate = reference.number("p")!
      let x = reference.inputs["x"]!
      let layer = Dropout(Float(rate))
      let ones = Evaluation.Array(x.shape, x.values.map { _ in 1 })
      let mask = try run(layer, ones)
      let result = try Evaluation.run(inputs: ["x": x]) { recorder, tensors in
        let y = try layer(tensors["x"]!, in: Scope(recorder))
        return ["y": y, "dx": y.sum().gradients(for: [tensors["x"]!])[0]]
      }
      let factor = 1 / (1 - rate)
      for (place, kept) in mask.values.enumerated() {
        #expect(kept == 0 || abs(kept - factor) < 1e-6)
        #expect(result["y"]!.values[place] == x.values[place] * kept)
        #expect(result["dx"]!.values[place] == kept)
      }
    }
  }

  @Test func statisticsAreTheReferences() throws {
    for reference in try Oracle.cases("layers/dropout", named: ["dropout_statistics"]) {
      let count = Int(reference.number("n")!)
      func expected(_ name: String) -> Double { reference.outputs[name]!.values[0] }
      let y = try run(
        Dropout(Float(reference.number("p")!)),
        .init([1, count], [Double](repeating: 1, count: count)))
      let mean = y.values.reduce(0, +) / Double(count)
      let dropped = Double(y.values.count(where: { $0 == 0 })) / Double(count)
      #expect(abs(mean - expected("mean")) < expected("mean_5sigma"))
      #expect(abs(dropped - expected("dropped_fraction")) < expected("dropped_fraction_5sigma"))
      for (found, value) in zip(
        Set(y.values).sorted(), reference.outputs["distinct_values"]!.values.sorted())
      {
        #expect(abs(found - value) < 1e-6)
      }
    }
  }

  @Test func aRateOfZeroPassesItsInput() throws {
    let reference = try #require(
      try Oracle.cases("layers/dropout", named: ["dropout_limit"]).first { $0.number("p") == 0 })
    try compare(reference, Dropout(0))
  }

  @Test func stepsAndPlacesDiffer() throws {
    func draw(step: UInt64, seed: UInt64) throws -> [Double] {
      let x = Evaluation.Array([1, 64], [Double](repeating: 1, count: 64))
      return try Evaluation.run(
        inputs: ["x": x], settings: .init(seed: seed, step: step)
      ) { recorder, tensors in
        let scope = Scope(recorder)
        let first = try scope.apply(Dropout(0.5), named: "a", to: tensors["x"]!)
        let second = try scope.apply(Dropout(0.5), named: "b", to: tensors["x"]!)
        return ["y": Tensor.concatenate([first, second], axis: 0)]
      }["y"]!.values
    }
    let drawn = try draw(step: 1, seed: 1)
    #expect(Array(drawn[..<64]) != Array(drawn[64...]))
    #expect(try draw(step: 1, seed: 1) == drawn)
    #expect(try draw(step: 2, seed: 1) != drawn)
    #expect(try draw(step: 1, seed: 2) != drawn)
  }

  @Test func aRateOfOneIsOutOfRange() {
    guard case .parameter(let rate)? = Schema(of: Dropout())["rate"]?.content else { return }
    #expect(throws: ValueProblem.self) { try rate.assign(.integer(1)) }
  }
}
