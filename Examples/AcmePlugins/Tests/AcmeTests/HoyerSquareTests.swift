import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct HoyerSquareTests {
  @Test func conforms() throws {
    try checkSample(of: HoyerSquare.self)
    try checkGradients(of: HoyerSquare(strength: 0.1))
    try checkDeterminism(of: HoyerSquare(strength: 0.001))
    try checkRoundTrip(of: HoyerSquare(strength: 0.001))
  }

  static let cases: [(weights: [Double], count: Double)] = [
    ([2, 2, 2, 2], 4), ([0, -3, 0, 0], 1), ([0, 0, 0, 0], 0),
  ]

  @Test(arguments: cases)
  func countsWeights(_ weights: [Double], _ count: Double) throws {
    let penalty = try Evaluation.run(inputs: ["w": .init([4], weights)]) { _, tensors in
      ["p": HoyerSquare(strength: 1).penalty(tensors["w"]!)]
    }["p"]!.values[0]
    #expect(abs(penalty - count) < 1e-9)
  }
}
