import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct VerticalFlipTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("augmentation/geometry", named: ["flip_vertical"]) {
      #expect(problem(reference, VerticalFlip(probability: 1)) == nil, "\(reference.id)")
    }
  }

  @Test func refusesTables() throws {
    #expect(throws: PluginError.self) { try VerticalFlip().check([4]) }
    #expect(VerticalFlip(probability: 0).applied(to: [0, 1], [1, 2, 1]) == [0, 1])
  }
}
