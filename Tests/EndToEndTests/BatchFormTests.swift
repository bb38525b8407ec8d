import Espalier
import Foundation
import Testing

extension EndToEnd {
  /// What a step gets beside samples and class numbers: weights, draws, shares of classes; and what a
  /// trained model is shown.
  @Suite struct BatchFormTests {
    /// Two clouds of unequal size.
    private static let features: [[Float]] = {
      var random = CounterRandom(seed: 2, stream: "clouds")
      return (0..<60).map { sample in
        [Float(sample % 5 == 0 ? 1 : -1) + random.normal(), random.normal()]
      }
    }()
    private static let labels = (0..<60).map { $0 % 5 == 0 ? "rare" : "common" }

    private func run(
      test: Double = 0, loss: any Loss = CrossEntropy(), _ change: (inout DataSettings) -> Void
    ) throws -> Run {
      let run = try Run("clouds") {
        InMemory(features: Self.features, labels: Self.labels)
        SplitSettings(validation: 0.2, test: test)
        Model {
          Dense(8, activation: Tanh())
          Dense(2)
        }
        loss
        SGD(learningRate: 0.1)
        Accuracy()
        TrainingSettings(epochs: 3, batchSize: 8, seed: 3)
      }
      change(&run.configuration.data)
      run.options.writesFolder = false
      return run
    }

    private func losses(_ run: Run) throws -> [Double] {
      var losses: [Double] = []
      run.on(.batchEnd) { losses.append($0.batchLoss) }
      try run.fit()
      return losses
    }

    private func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "accepted"
      } catch { return "\(error)" }
    }

    @Test func balancedClassesWeighAsTheLossWeighsThem() throws {
      let plain = try losses(run { _ in })
      let byLoss = try losses(run(loss: CrossEntropy(classWeights: .balanced)) { _ in })
      let byBalancer = try losses(run { $0.balance = [ClassBalance()] })
      for (a, b) in zip(byLoss, byBalancer) { #expect(abs(a - b) < 1e-6) }
      #expect(abs(plain[3] - byLoss[3]) > 1e-3)
      // Twice is the square.
      let twice = try losses(
        run { $0.balance = [ClassBalance(strength: 0.5), ClassBalance(strength: 0.5)] })
      for (a, b) in zip(twice, byBalancer) { #expect(abs(a - b) < 1e-5) }
    }

    @Test func weightsOfTheSource() throws {
      let weights = Self.labels.map { Float($0 == "rare" ? 4 : 1) }
      let weighted = try losses(
        run {
          $0.source = InMemory(features: Self.features, labels: Self.labels).weighted(by: weights)
        })
      let byLoss = try losses(run(loss: CrossEntropy(classWeights: [1, 4])) { _ in })
      for (a, b) in zip(weighted, byLoss) { #expect(abs(a - b) < 1e-6) }
    }

    @Test func anEpochDrawsWhatIsBalanced() throws {
      let over = try run { $0.balance = [Oversample()] }
      var rare = 0
      over.on(.batchLoaded) { state in
        if state.epoch == 1 { rare += state.batch.targets.filter { $0 == 1 }.count }
      }
      let result = try over.fit()
      // 48 training samples, 10 of them rare: 38 of each are drawn.
      #expect(result.summary.samples["train"] == 48)
      #expect(result.summary.drawnSamples == 76)
      #expect(rare == 38)
      #expect(result.summary.steps == 3 * 10)
      let under = try run { $0.balance = [Undersample()] }.fit()
      #expect(under.summary.drawnSamples == 20)
      #expect(try run { _ in }.fit().summary.drawnSamples == nil)
    }

    @Test func testInputsAreTold() throws {
      let run = try run(test: 0.2) { $0.balance = [CovariateShift()] }
      #expect(try run.fit().summary.testInputsUsedBy == ["covariate_shift"])
      let without = try self.run { $0.balance = [CovariateShift()] }
      #expect(message { try without.fit() }.contains("there is none"))
    }

    @Test func mixedSamplesHaveSharesOfClasses() throws {
      let mixed = try run { $0.augment = [Mixup(alpha: 1)] }
      var sums: Set<Float> = []
      var fractions = 0
      mixed.on(.batchLoaded) { state in
        let targets = state.batch.targets
        for sample in 0..<state.batch.count {
          sums.insert(((targets[2 * sample] + targets[2 * sample + 1]) * 1000).rounded())
          if targets[2 * sample] > 0, targets[2 * sample] < 1 { fractions += 1 }
        }
      }
      let result = try mixed.fit()
      #expect(sums == [1000])
      #expect(fractions > 20)
      #expect(result["train_accuracy"]! > 0.3 && result["train_accuracy"]! <= 1)
      let hinge = try run(loss: Hinge()) { $0.augment = [Mixup(alpha: 1)] }
      #expect(
        message { try hinge.fit() }.contains(
          "mixup makes samples of several classes at once, which the loss hinge cannot learn"))
      // One output tells two classes apart, with shares too.
      let binary = try run(loss: BinaryCrossEntropy()) { $0.augment = [Mixup(alpha: 1)] }
      binary.configuration.model = [Dense(1)]
      #expect(try binary.fit()["validation_accuracy"]! > 0.5)
    }

    @Test func viewsAreJoined() throws {
      struct Negated: View {
        static let manifest = Manifest("negated", "x and −x")
        func count(for shape: Shape) -> Int { 2 }
        func show(
          _ sample: UnsafeBufferPointer<Float>, shape: Shape, side: Int,
          to output: UnsafeMutableBufferPointer<Float>
        ) {
          for place in sample.indices { output[place] = side == 0 ? sample[place] : -sample[place] }
        }
      }
      func trained(_ settings: TestTimeSettings) throws -> Run {
        let run = try run { $0.testTime = settings }
        try run.fit()
        return run
      }
      let samples: [[Float]] = [[1, 0.5], [-2, 0.25], [0.5, -1]]
      let opposite = samples.map { $0.map { -$0 } }
      let plain = try trained(TestTimeSettings())
      let mean = try trained(TestTimeSettings(views: [Negated()]))
      let vote = try trained(TestTimeSettings(views: [Negated(), Negated()], join: .vote))
      let (a, b) = (try plain.predict(samples).values, try plain.predict(opposite).values)
      for (found, expected) in zip(
        try mean.predict(samples).values, zip(a, b).map { ($0 + $1) / 2 })
      {
        #expect(abs(found - expected) < 1e-6)
      }
      for (place, found) in try vote.predict(samples).values.enumerated() {
        let other = place ^ 1
        let votes: Float = (a[place] > a[other] ? 0.5 : 0) + (b[place] > b[other] ? 0.5 : 0)
        #expect(abs(found - votes) < 1e-6)
      }
      // Validation between epochs looks once; the final measurement looks from all sides.
      let evaluation = try mean.evaluate(.validation)
      #expect(evaluation["accuracy"] != nil)
      #expect(try plain.evaluate(.validation)["loss"]! < evaluation["loss"]!)
    }
  }
}
