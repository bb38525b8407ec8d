import EspalierConformance
import EspalierProtocols
import EspalierReferences
import EspalierRegularizers
import Testing

@Suite struct AdaptiveLassoTests {
  /// Penalty and gradient of a step, and what is kept for the next one.
  private func step(
    _ session: inout Session, _ regularizer: AdaptiveLasso, _ shape: Shape
  ) throws -> [String: Evaluation.Array] {
    try session.run(inputs: [:]) { recorder, _ in
      let w = Scope(recorder).parameter("dense_1.weight", shape, initial: .constant(0))
      let penalty = regularizer.penalty(w)
      return ["penalty": penalty, "w": penalty.gradients(for: [w])[0]]
    }
  }

  @Test func followsTheReference() throws {
    for reference in try Oracle.cases("regularizers/adaptive_lasso") {
      let regularizer = AdaptiveLasso(
        strength: reference.number("lambda")!, gamma: reference.number("gamma")!,
        epsilon: reference.number("eps")!)
      let w = reference.inputs["w"]!
      let beginning = reference.inputs["w_initial"]!.values
      var first = Session(parameters: ["dense_1.weight": beginning])
      _ = try step(&first, regularizer, w.shape)
      let kept = "adaptive_lasso.dense_1.weight"
      #expect(first.values[kept] == beginning.map { abs($0) }, "\(reference.id)")
      // The weights have moved, what was kept has not.
      var second = Session(parameters: ["dense_1.weight": w.values, kept: first.values[kept]!])
      let found = try step(&second, regularizer, w.shape)
      #expect(second.values[kept] == first.values[kept])
      for (name, expected) in [
        ("penalty", reference.outputs["penalty"]!), ("w", reference.gradients["w"]!),
      ] {
        let problem = reference.difference(
          name, found[name]!, expected, precision: .doubleWithSingleConstants)
        #expect(problem == nil, "\(reference.id): \(problem ?? "")")
      }
    }
  }

  @Test func gammaIsAPower() throws {
    var session = Session(parameters: ["dense_1.weight": [0.5, -2]])
    let result = try step(
      &session, AdaptiveLasso(strength: 1, gamma: 2, epsilon: 0.5), [2])["penalty"]!
    #expect(abs(result.values[0] - (0.5 + 2 / 6.25)) < 1e-6)
  }
}
