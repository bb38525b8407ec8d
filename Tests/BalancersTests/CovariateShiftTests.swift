import EspalierBalancers
import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct CovariateShiftTests {
  @Test func agreesWithTheReference() throws {
    let cases = try Oracle.cases("preprocessing/covariate_shift")
    #expect(cases.count == 2)
    for reference in cases {
      let training = reference.inputs["train"]!
      let test = reference.inputs["test"]!
      func all(_ x: Evaluation.Array) throws -> TrainingSamples {
        try samples(x.values.map { Float($0) }, width: x.shape[1])
      }
      func weights(clip: Double) throws -> [Float] {
        let samples = BalancingSamples(
          training: try all(training), validation: nil, testInputs: try all(test),
          random: CounterRandom(seed: 1, stream: "test"))
        let balancer = CovariateShift(clip: clip, penalty: reference.number("C")!)
        return try balancer.balance(samples).weights!
      }
      for (clip, name) in [(1e9, "weights"), (reference.number("clip")!, "clipped_weights")] {
        let found = try weights(clip: clip).map { Double($0) }
        let problem = reference.difference(
          name, .init([found.count], found), reference.outputs[name]!, precision: .single)
        #expect(problem == nil, "\(reference.id): \(problem ?? "")")
      }
      // The weighted loss that the losses make of them, but for the division by the weights' sum.
      let losses = reference.inputs["losses"]!.values
      let sum = zip(try weights(clip: 1e9), losses).reduce(0) { $0 + Double($1.0) * $1.1 }
      let expected = reference.outputs["weighted_loss"]!.values[0]
      #expect(abs(sum / Double(losses.count) - expected) < 1e-4)
    }
  }

  @Test func needsInputsThatAreNumbers() throws {
    let text = message {
      _ = try CovariateShift().balance(
        BalancingSamples(
          training: samples([1, .nan]), validation: nil, testInputs: samples([1, 2]),
          random: CounterRandom(seed: 1, stream: "test")))
    }
    #expect(text.contains("not finite"))
  }

  @Test func separableSamplesHaveFiniteWeights() throws {
    let weights = try CovariateShift(clip: 5).balance(
      BalancingSamples(
        training: samples([-10, -11, -12]), validation: nil, testInputs: samples([1e6, 2e6]),
        random: CounterRandom(seed: 1, stream: "test"))
    ).weights!
    #expect(weights.allSatisfy { $0 >= 0 && $0 <= 5 })
  }
}
