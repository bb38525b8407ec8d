import Espalier
import Foundation
import Testing

extension EndToEnd {
  /// A model with two heads: one tells a class, one a value.
  @Suite struct HeadTests {
    private static let features: [[Float]] = {
      var random = CounterRandom(seed: 4, stream: "heads")
      return (0..<120).map { _ in [random.normal(), random.normal()] }
    }()
    /// The sign of the first feature as a class, and the sum of both.
    private static let targets: [[Float]] = features.map { [$0[0] > 0 ? 1 : 0, $0[0] + $0[1]] }

    private func run(_ balance: Weighted.Balance) throws -> Run {
      let run = try Run("heads") {
        InMemory(features: Self.features, values: Self.targets, targetNames: ["sign", "sum"])
        Model {
          Dense(16, activation: Tanh()).named("trunk")
          Parallel([Dense(2), Dense(1)])
        }
        Weighted(
          [CrossEntropy(), MeanSquaredError()], balance: balance, outputs: [2, 1], targets: [1, 1],
          shared: balance == .gradientNorm ? ["trunk"] : [])
        Adam(learningRate: 0.02)
        OfHead("sign", Accuracy(), outputs: 2)
        OfHead("sum", MAE(), firstOutput: 2, firstTarget: 1)
        TrainingSettings(epochs: 25, batchSize: 16, seed: 1)
      }
      run.options.writesFolder = false
      return run
    }

    @Test(arguments: Weighted.Balance.allCases) func bothAreLearned(_ balance: Weighted.Balance)
      throws
    {
      let run = try run(balance)
      var learned: [Float] = []
      run.on(.runEnd) { state in
        if balance == .uncertainty { learned = try state.parameter("loss.log_variance") }
      }
      let result = try run.fit()
      #expect(result["validation_sign_accuracy"]! > 0.85)
      #expect(result["validation_sum_mae"]! < 0.3)
      let prediction = try run.predict([[2, -1]])
      #expect(prediction.width == 3)
      #expect(prediction.header == ["output_0", "output_1", "output_2"])
      let values = prediction[0].values
      #expect(abs(values[0] + values[1] - 1) < 1e-5)
      #expect(values[1] > 0.8 && abs(values[2] - 1) < 0.5)
      if balance == .uncertainty {
        // A value's error gets small, so its part is trusted more than at first.
        #expect(learned.count == 2 && learned[1] < -0.1)
      }
    }

    @Test func partsThatAreNotThere() throws {
      func message(_ change: (inout RunConfiguration) -> Void) throws -> String {
        let run = try run(.fixed)
        change(&run.configuration)
        do { try run.fit() } catch { return "\(error)" }
        return "accepted"
      }
      let outputs = try message { $0.metrics = [OfHead("sum", MAE(), firstOutput: 3)] }
      #expect(
        outputs.contains("the head's outputs are numbers 3…3, and a sample has 3"), "\(outputs)")
      let targets = try message { $0.metrics = [OfHead("sum", MAE(), firstTarget: 1, targets: 2)] }
      #expect(
        targets.contains("the head's targets are numbers 1…2, and a sample has 2"), "\(targets)")
      let shared = try message {
        $0.loss = Weighted(
          [CrossEntropy(), MeanSquaredError()], balance: .gradientNorm, outputs: [2, 1],
          targets: [1, 1], shared: ["trunk", "branch"])
      }
      #expect(shared.contains("`branch` fits no parameter of the model"), "\(shared)")
    }

    @Test func aScaleThatCannotBeUndone() throws {
      let run = try run(.fixed)
      run.configuration.data.targetNormalize = Standardize()
      var message = ""
      do { try run.fit() } catch { message = "\(error)" }
      #expect(message.contains("cannot bring back to the scale of 2"), "\(message)")
    }
  }
}
