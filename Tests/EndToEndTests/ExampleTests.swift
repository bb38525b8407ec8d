import EspalierFormats
import EspalierHost
import Foundation
import Testing

extension EndToEnd {
  /// The examples reach what their headers say, with a margin for few seeds.
  @Suite struct ExampleTests {
    private func example(_ name: String) -> String { project + "/Examples/\(name).yaml" }

    /// The middle one of a result over seeds from 1 on.
    private func median(
      _ name: String, _ metric: String, seeds: Int = 3, sets: [String] = []
    ) throws -> Double {
      let values = try (1...seeds).map { seed in
        let result = try train(example(name), sets: sets + ["training.seed=\(seed)"])
        return try #require(result.metrics["test_" + metric])
      }
      return values.sorted()[seeds / 2]
    }

    @Test func digits() throws {
      #expect(try median("digits", "accuracy") >= 0.97)
    }

    @Test func digitsByConvolutions() throws {
      #expect(try median("digits_cnn", "accuracy", sets: ["training.epochs=15"]) >= 0.975)
    }

    @Test func wineAlcohol() throws {
      // The target's standard deviation is 0.81, so a mean absolute error of 0.65 is no better than
      // the mean.
      #expect(try median("wine_alcohol", "mae") <= 0.55)
      #expect(try median("wine_alcohol", "r2") >= 0.3)
    }

    @Test func breastCancer() throws {
      try withFolder { folder in
        let result = try train(example("breast_cancer_l1"), into: folder)
        #expect(try #require(result.metrics["test_accuracy"]) >= 0.94)
        let file = try SafeTensors.read(folder + "/weights.safetensors")
        let (_, weights) = try file.tensor("dense_1.weight") as ([Int], [Float])
        #expect(weights.count == 30)
        #expect(weights.count { $0 == 0 } >= 15)
      }
    }

    @Test func spirals() throws {
      #expect(try median("spirals", "accuracy") >= 0.94)
      // Three classes, of which a linear model finds hardly more than one.
      #expect(try median("spirals", "accuracy", sets: ["model=[{dense: {units: 3}}]"]) <= 0.55)
    }
  }
}
