import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct ChiSquareTests {
  @Test func conforms() throws {
    try checkSample(of: ChiSquare.self)
    try checkRoundTrip(of: ChiSquare(k: 2))
  }

  /// By hand: 6 and 0 against 3 and 3 give 6, 3 and 3 give 0, 5 and 1 give 8/3.
  @Test func keepsWhatDependsOnTheClass() throws {
    let run = try Run("counts") {
      InMemory(
        features: [[4, 1, 3], [2, 2, 2], [0, 2, 0], [0, 1, 1]], labels: ["a", "a", "b", "b"],
        featureNames: ["x", "y", "z"])
      SplitSettings(validation: 0)
      ChiSquare(k: 2)
      Model { Dense(2) }
      CrossEntropy()
      SGD(learningRate: 0.1)
      TrainingSettings(epochs: 1)
    }
    run.options.writesFolder = false
    var features: [Float] = []
    run.on(.batchLoaded) { state in features = Array(state.batch.features) }
    _ = try run.fit()
    let second = stride(from: 1, to: features.count, by: 2).map { features[$0] }
    #expect(second.sorted() == [0, 1, 2, 3])
  }
}
