import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct GaussianNoiseTests {
  @Test func noiseHasItsDeviation() throws {
    let count = 20_000
    let x = Evaluation.Array([1, count], [Double](repeating: 3, count: count))
    let y = try run(GaussianNoise(0.5), x).values.map { $0 - 3 }
    let mean = y.reduce(0, +) / Double(count)
    let deviation = (y.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
    // Five standard errors: σ/√n of the mean, σ/√(2n) of the deviation.
    #expect(abs(mean) < 5 * 0.5 / Double(count).squareRoot())
    #expect(abs(deviation - 0.5) < 5 * 0.5 / Double(2 * count).squareRoot())
  }

  @Test func evaluationPassesItsInput() throws {
    let x = numbers([3, 4])
    #expect(try run(GaussianNoise(0.5), x, training: false) == x)
    #expect(try run(GaussianNoise(0), x) == x)
    #expect(try run(GaussianNoise(0.5), x) != x)
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(GaussianNoise(0.5), [3, 4]) }
}
