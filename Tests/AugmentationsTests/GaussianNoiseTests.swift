import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct GaussianNoiseTests {
  @Test func hasTheGivenDeviation() throws {
    let reference = try Oracle.cases(
      "augmentation/mixing_and_noise", named: ["gaussian_noise_statistics"])[0]
    let count = Int(reference.number("n")!)
    let deviation = reference.number("std")!
    let y = GaussianNoise(deviation: Float(deviation)).applied(
      to: [Float](repeating: 0, count: count), [count]
    ).map { Double($0) }
    let mean = y.reduce(0, +) / Double(count)
    let variance = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean) <= reference.outputs["mean_5sigma"]!.values[0])
    let relative = reference.outputs["std_relative_5sigma"]!.values[0]
    #expect(abs(variance.squareRoot() / deviation - 1) <= relative)
    // Normal: the shares within one and two deviations; and neighbours are independent.
    let within = [1.0, 2].map { bound in
      Double(y.count { abs($0) < bound * deviation }) / Double(count)
    }
    #expect(abs(within[0] - 0.6827) < 0.037 && abs(within[1] - 0.9545) < 0.017)
    let product = stride(from: 0, to: count, by: 2).reduce(0) { $0 + y[$1] * y[$1 + 1] }
    #expect(abs(product / Double(count / 2)) < 5 * variance / Double(count / 2).squareRoot())
  }

  @Test func isNormalFarOutToo() {
    let count = 200_000
    let y = GaussianNoise(deviation: 1).applied(to: [Float](repeating: 0, count: count), [count])
    func moment(_ power: Int) -> Double {
      y.reduce(0) { sum, x in
        sum + (0..<power).reduce(1) { product, _ in product * Double(x) }
      } / Double(count)
    }
    // Five standard errors each: the variance of xᵏ over the numbers.
    let expected: [(Double, Double)] = [(0, 1), (1, 2), (0, 15), (3, 96)]
    for (power, (value, variance)) in zip(1..., expected) {
      #expect(abs(moment(power) - value) < 5 * (variance / Double(count)).squareRoot())
    }
    #expect(y.max()! > 3.9 && y.min()! < -3.9)
  }

  /// Products of numbers at any small distance have the mean zero and the variance one.
  @Test func numbersAreIndependent() {
    let count = 100_000
    let y = GaussianNoise(deviation: 1).applied(to: [Float](repeating: 0, count: count), [count])
    for distance in 1...32 {
      let products = (0..<count - distance).reduce(0.0) { $0 + Double(y[$1] * y[$1 + distance]) }
      #expect(abs(products) < 5 * Double(count).squareRoot(), "at \(distance)")
    }
  }

  @Test func everyNumberIsChanged() {
    for count in [1, 2, 7] {
      let y = GaussianNoise(deviation: 1).applied(to: [Float](repeating: 0, count: count), [count])
      #expect(y.allSatisfy { $0 != 0 } && Set(y).count == count)
    }
  }

  @Test(arguments: [1, 5, 8, 9, 16, 21]) func nothingElseIsChanged(_ count: Int) {
    var values = [Float](repeating: 0, count: 64)
    var scratch = values
    var random = CounterRandom(seed: 1, stream: 2)
    values.withUnsafeMutableBufferPointer { values in
      scratch.withUnsafeMutableBufferPointer { scratch in
        GaussianNoise(deviation: 1).augment(
          .init(rebasing: values[..<count]), shape: [count], scratch: scratch, random: &random)
      }
    }
    #expect(values[..<count].allSatisfy { $0 != 0 } && values[count...].allSatisfy { $0 == 0 })
  }

  @Test func staysWithinBounds() throws {
    let x = [Float](repeating: 0.5, count: 200)
    let y = GaussianNoise(deviation: 1, low: 0, high: 1).applied(to: x, [200])
    #expect(y.min() == 0 && y.max() == 1)
    #expect(throws: PluginError.self) {
      try GaussianNoise(deviation: 1, low: 1, high: 0).validate()
    }
  }

  @Test func changesTheGivenShare() {
    let results = draws(GaussianNoise(deviation: 1, probability: 0.25), of: [0, 0], [2])
    #expect(abs(results.count { $0 != [0, 0] } - 100) < 44)
    #expect(GaussianNoise(deviation: 0).applied(to: [1, 2], [2]) == [1, 2])
  }
}
