import EspalierCallbacks
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct WeightNoiseTests {
  private let count = 10_000

  private func noise(
    _ plugin: WeightNoise, role: VariableRole = .weight, at value: Double = 0
  ) throws -> [Double] {
    // Half of them at the value and half at its negative.
    let parameter = (0..<count).map { $0 % 2 == 0 ? value : -value }
    let found = try Evaluation.run(inputs: ["w": .init([count], parameter)]) {
      ["w": plugin.transform(parameter: $1["w"]!, named: "dense_1.weight", role: role)]
    }["w"]!.values
    return zip(found, parameter).map { $0 - $1 }
  }

  /// Mean 0 and the given deviation, within five standard errors.
  private func expect(
    _ noise: [Double], _ deviation: Double, location: SourceLocation = #_sourceLocation
  ) {
    let n = Double(noise.count)
    let mean = noise.reduce(0, +) / n
    let square = noise.reduce(0) { $0 + $1 * $1 } / n
    #expect(abs(mean) < 5 * deviation / n.squareRoot(), sourceLocation: location)
    #expect(
      abs(square.squareRoot() / deviation - 1) < 5 / (2 * n).squareRoot(),
      sourceLocation: location)
  }

  @Test func hasItsDeviation() throws {
    expect(try noise(WeightNoise(deviation: 0.25)), 0.25)
    expect(try noise(WeightNoise(deviation: 0.25), at: 3), 0.25)
  }

  /// Of weights ±3 the root mean square is 3.
  @Test func mayBeAShareOfTheWeights() throws {
    expect(try noise(WeightNoise(deviation: 0.25, relative: true), at: 3), 0.75)
  }

  @Test func onlyWeightsUnlessNamed() throws {
    #expect(try noise(WeightNoise(deviation: 1), role: .bias).allSatisfy { $0 == 0 })
    let named = WeightNoise(deviation: 1, parameters: ["dense_1.*"])
    expect(try noise(named, role: .bias), 1)
    let others = WeightNoise(deviation: 1, parameters: ["dense_2.*"])
    #expect(try noise(others).allSatisfy { $0 == 0 })
    #expect(try noise(WeightNoise(deviation: 0)).allSatisfy { $0 == 0 })
  }
}
