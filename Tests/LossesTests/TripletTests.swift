import EspalierConformance
import EspalierLosses
import EspalierReferences
import Testing

@Suite struct TripletTests {
  @Test func agreesWithTheReference() throws {
    let cases = try Oracle.cases("../losses/triplet")
    #expect(cases.count == 4)
    for reference in cases {
      let loss = Triplet(
        margin: Float(reference.number("margin")!),
        mining: Triplet.Mining(rawValue: reference.text("mining")!)!)
      // Distances come from inner products, which costs some digits.
      let differences = try reference.differences(
        precision: .single, skipping: ["gradients.target"]
      ) { _, tensors in
        ["y": try loss(tensors["output"]!, tensors["target"]!, .init(isTraining: true))]
      }
      #expect(differences == [], "\(reference.id)")
    }
  }

  @Test func slopesAndWeights() throws {
    let output = Evaluation.Array.uneven([5, 2])
    let target = Evaluation.Array([5], [0, 1, 0, 1, 1])
    for mining in Triplet.Mining.allCases {
      try checkSlopes(Triplet(margin: 2, mining: mining), output, target)
      let plain = try evaluate(Triplet(margin: 2, mining: mining), output, target)
      let weighted = try evaluate(
        Triplet(margin: 2, mining: mining), output, target, sampleWeights: [2, 2, 2, 2, 2])
      #expect(abs(plain - weighted) < 1e-6)
    }
  }

  @Test func batchesWithoutPartnersCostNothing() throws {
    for mining in Triplet.Mining.allCases {
      let loss = Triplet(mining: mining)
      #expect(try evaluate(loss, .uneven([3, 2]), .init([3], [0, 0, 0])) == 0)
      #expect(try evaluate(loss, .uneven([3, 2]), .init([3], [0, 1, 2])) == 0)
    }
  }
}
