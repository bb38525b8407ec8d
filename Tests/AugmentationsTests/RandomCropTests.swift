import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct RandomCropTests {
  private func shifted(
    _ values: [Float], _ shape: Shape, _ plugin: RandomCrop, down: Int, right: Int
  ) -> [Float] {
    var sample = values
    var scratch = values
    sample.withUnsafeMutableBufferPointer { sample in
      scratch.withUnsafeMutableBufferPointer { scratch in
        plugin.shift(sample, ImageShape(shape)!, scratch, down: down, right: right)
      }
    }
    return sample
  }

  @Test func agreesWithPaddingOfTheReference() throws {
    // Each place of the padded image of the reference is reached by some shift.
    for reference in try Oracle.cases("augmentation/geometry", named: ["pad"]) {
      guard let mode = RandomCrop.Mode(rawValue: reference.text("mode")!) else { continue }
      let padding = Int(reference.number("padding")!)
      let x = reference.inputs["x"]!
      let y = reference.outputs["y"]!
      let (channels, rows, columns) = (x.shape[0], x.shape[1], x.shape[2])
      for down in -padding...padding {
        for right in -padding...padding {
          let found = shifted(
            x.values.map { Float($0) }, x.shape, RandomCrop(padding: padding, mode: mode),
            down: down, right: right)
          var expected: [Float] = []
          for c in 0..<channels {
            for i in 0..<rows {
              for j in 0..<columns {
                let row = c * y.shape[1] + i + down + padding
                expected.append(Float(y.values[row * y.shape[2] + j + right + padding]))
              }
            }
          }
          #expect(found == expected, "\(reference.id) \(down) \(right)")
        }
      }
    }
  }

  @Test func agreesWithTranslationOfTheReference() throws {
    for reference in try Oracle.cases("augmentation/geometry", named: ["translate"]) {
      let x = reference.inputs["x"]!
      let found = shifted(
        x.values.map { Float($0) }, x.shape, RandomCrop(padding: 4),
        down: -Int(reference.number("dy")!), right: -Int(reference.number("dx")!))
      #expect(found.map { Double($0) } == reference.outputs["y"]!.values, "\(reference.id)")
    }
  }

  @Test func everyPlaceIsEquallyLikely() throws {
    let reference = try Oracle.cases(
      "augmentation/mixing_and_noise", named: ["random_crop_statistics"])[0]
    let count = Int(reference.number("n")!)
    let base = CounterRandom(seed: 3, stream: "crop")
    var found = [Int](repeating: 0, count: 3)
    for sample in 0..<count {
      let y = RandomCrop(padding: 1).applied(
        to: [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3], random: base.fork(UInt64(sample)))
      // The middle tells the shift to the right.
      found[[2, 5, 8].contains(y[4]) ? 1 : [1, 4, 7].contains(y[4]) ? 0 : 2] += 1
    }
    let slack = reference.outputs["probability_5sigma"]!.values[0]
    for number in found { #expect(abs(Double(number) / Double(count) - 1 / 3) <= slack) }
  }

  /// With a padding of two the middle of 5×5 is any of its pixels, 200 times of 5000 each.
  @Test func bothDirectionsAreEquallyLikely() {
    let x = (0..<25).map { Float($0) }
    var found = [Int](repeating: 0, count: 25)
    for y in draws(RandomCrop(padding: 2), of: x, [1, 5, 5], count: 5000) { found[Int(y[12])] += 1 }
    #expect(found.allSatisfy { abs($0 - 200) < 70 }, "\(found)")
  }

  @Test func refuses() throws {
    #expect(throws: PluginError.self) { try RandomCrop(padding: 1).check([9]) }
    #expect(throws: PluginError.self) {
      try RandomCrop(padding: 3, mode: .reflect).check([1, 3, 3])
    }
    try RandomCrop(padding: 2, mode: .reflect).check([1, 3, 3])
  }
}
