import EspalierConformance
import EspalierProtocols
import EspalierReferences
import EspalierRegularizers
import Testing

@Suite struct SpectralNormTests {
  @Test func manyRoundsFollowTheReference() throws {
    try check("spectral_norm", in: "../regularizers/") {
      SpectralNorm(strength: $0.number("lambda")!, iterations: 200)
    }
  }

  @Test func oneRoundAStepComesThereToo() throws {
    for reference in try Oracle.cases("../regularizers/spectral_norm") {
      let w = reference.inputs["w"]!
      var session = Session(parameters: ["dense_1.weight": w.values])
      var found: [Double] = []
      for _ in 0..<200 {
        found += try session.run(inputs: [:]) { recorder, _ in
          let w = Scope(recorder).parameter("dense_1.weight", w.shape, initial: .constant(0))
          return ["y": SpectralNorm(strength: reference.number("lambda")!).penalty(w)]
        }["y"]!.values
      }
      let expected = reference.outputs["penalty"]!.values[0]
      #expect(abs(found.last! - expected) < 1e-6 * expected, "\(reference.id)")
      #expect(abs(found[0] - expected) > 1e-6 * expected, "\(reference.id)")
    }
  }

  @Test func zerosAreNoDirection() throws {
    let result = try Evaluation.runOptimized(inputs: ["w": .init([2, 2], [0, 0, 0, 0])]) {
      let penalty = SpectralNorm(strength: 1).penalty($1["w"]!)
      return ["y": penalty, "gradient": penalty.gradients(for: [$1["w"]!])[0]]
    }
    #expect(result.values.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
  }

  /// The norm of a list is its length.
  @Test func offsetsCountByTheirLength() throws {
    let found = try Evaluation.run(inputs: ["w": .init([2], [3, -4])]) {
      ["y": SpectralNorm(strength: 0.5).penalty($1["w"]!)]
    }["y"]!.values[0]
    #expect(abs(found - 0.25 * 25) < 1e-6)
  }
}
