import EspalierHost
import Testing

@Suite struct EnsembleSelectionTests {
  @Test func oppositeErrorsShareTheWeight() {
    let targets = [1.0, 0, 1, 0]
    // The first two are wrong by 0.2 in opposite ways, the third is wrong by 0.5 everywhere.
    let weights = EnsembleSelection.weights(
      [[1.2, 0.2, 1.2, 0.2], [0.8, -0.2, 0.8, -0.2], [0.5, 0.5, 0.5, 0.5]], targets: targets)
    #expect(weights == [0.5, 0.5, 0])
  }

  @Test func worseMembersGetLessOrNothing() {
    let weights = EnsembleSelection.weights([[0.9, 0.2], [1, 0], [0, 1]], targets: [1, 0])
    #expect(weights == [0, 1, 0])
    // Wrong by +0.1 and −0.3: three to one cancels.
    let uneven = EnsembleSelection.weights([[1.1], [0.7]], targets: [1])
    #expect(uneven == [0.75, 0.25])
  }
}
