import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct HorizontalFlipTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("augmentation/geometry", named: ["flip_horizontal"]) {
      #expect(problem(reference, HorizontalFlip(probability: 1)) == nil, "\(reference.id)")
    }
  }

  @Test func rowsOfAllWidths() {
    for width in 1...27 {
      let image = (0..<6 * width).map { Float($0) }
      let expected = (0..<6).flatMap { row in (0..<width).map { Float((row + 1) * width - 1 - $0) }
      }
      #expect(HorizontalFlip(probability: 1).applied(to: image, [2, 3, width]) == expected)
    }
  }

  @Test func flipsTheGivenShare() throws {
    let reference = try Oracle.cases(
      "augmentation/mixing_and_noise", named: ["random_flip_statistics"])[0]
    let count = Int(reference.number("n")!)
    let base = CounterRandom(seed: 3, stream: "flip")
    let flipped = (0..<count).filter {
      HorizontalFlip(probability: 0.5).applied(
        to: [0, 1], [1, 1, 2], random: base.fork(UInt64($0))) == [1, 0]
    }
    let share = Double(flipped.count) / Double(count)
    #expect(abs(share - 0.5) <= reference.outputs["flipped_fraction_5sigma"]!.values[0])
    #expect(HorizontalFlip(probability: 0).applied(to: [0, 1], [1, 1, 2]) == [0, 1])
  }

  @Test func refusesTables() throws {
    #expect(throws: PluginError.self) { try HorizontalFlip().check([64]) }
    try HorizontalFlip().check([1, 8, 8])
  }
}
