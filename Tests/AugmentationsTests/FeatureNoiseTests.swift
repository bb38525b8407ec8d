import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct FeatureNoiseTests {
  @Test func hasTheGivenDeviation() throws {
    let reference = try Oracle.cases(
      "augmentation/mixing_and_noise", named: ["gaussian_noise_statistics"])[0]
    let count = Int(reference.number("n")!)
    let deviation = reference.number("std")!
    let y = FeatureNoise(deviation: Float(deviation)).applied(
      to: [Float](repeating: 0, count: count), [count]
    ).map { Double($0) }
    let mean = y.reduce(0, +) / Double(count)
    let variance = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean) <= reference.outputs["mean_5sigma"]!.values[0])
    let relative = reference.outputs["std_relative_5sigma"]!.values[0]
    #expect(abs(variance.squareRoot() / deviation - 1) <= relative)
  }

  @Test func anyShapeAndNoNoise() throws {
    try FeatureNoise().check([3])
    try FeatureNoise().check([3, 4, 5])
    #expect(FeatureNoise(deviation: 0).applied(to: [1, 2], [2]) == [1, 2])
    #expect(FeatureNoise(deviation: 1).applied(to: [1, 2], [2]) != [1, 2])
  }
}
