import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Foundation
import Testing

@Suite struct PositionalEncodingTests {
  @Test func wavesAreTheFormulas() throws {
    let zeros = Evaluation.Array([2, 7, 5], [Double](repeating: 0, count: 70))
    let y = try run(PositionalEncoding(.sinusoidal), zeros).values
    for place in 0..<7 {
      for feature in 0..<5 {
        let frequency = pow(10_000, -Double(feature - feature % 2) / 5)
        let angle = Double(place) * frequency
        let expected = feature % 2 == 0 ? sin(angle) : cos(angle)
        for sample in 0..<2 {
          #expect(abs(y[(sample * 7 + place) * 5 + feature] - expected) < 1e-6)
        }
      }
    }
  }

  @Test func theBaseIsTheLongestWave() throws {
    let zeros = Evaluation.Array([1, 3, 4], [Double](repeating: 0, count: 12))
    let y = try run(PositionalEncoding(.sinusoidal, base: 100), zeros).values
    #expect(abs(y[2 * 4 + 2] - sin(2 / 10)) < 1e-6)
  }

  @Test func learnedNumbersAreAParameter() throws {
    let x = numbers([2, 3, 4])
    let weight = numbers([3, 4], seed: 5).values
    let y = try run(PositionalEncoding(.learned), x, parameters: ["weight": weight]).values
    for place in y.indices { #expect(y[place] == x.values[place] + weight[place % 12]) }
    let variable = try record(PositionalEncoding(.learned), [2, 3, 4]).variables.variables[0]
    #expect(variable.name == "positional_encoding_1.weight")
    let initial = try variable.initialValues(seed: 1, folder: ".")
    #expect(initial.allSatisfy { abs($0) < 0.1 } && Set(initial).count > 10)
  }

  /// A normal distribution of deviation 0.02, within five standard errors.
  @Test func learnedNumbersBeginSmall() throws {
    let variable = try record(PositionalEncoding(.learned), [1, 100, 50]).variables.variables[0]
    let values = try variable.initialValues(seed: 1, folder: ".").map { Double($0) }
    let deviation = (values.reduce(0) { $0 + $1 * $1 } / 5000).squareRoot()
    #expect(abs(deviation / 0.02 - 1) < 5 / 10_000.0.squareRoot())
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(PositionalEncoding(.sinusoidal), [2, 3, 4])
    try checkSlopes(PositionalEncoding(.learned), [2, 3, 4])
  }

  @Test func onlySequencesHavePlaces() {
    #expect(refuses(PositionalEncoding(), [4, 3], "takes sequences"))
  }
}
