import Espalier
import EspalierFormats
import Foundation
import Testing

extension EndToEnd {
  /// What a program does with a run after it: measure, predict, open, go on.
  @Suite struct SwiftFormModelTests {
    /// Points in the plane with the class of their quadrant.
    private func points(_ count: Int, seed: Int) -> (features: [[Float]], labels: [String]) {
      var features: [[Float]] = []
      var labels: [String] = []
      for index in 0..<count {
        // Well apart from each other, the same in every process.
        let (x, y) = (Float((index * 37 + seed) % 101) / 50 - 1, Float(index * 53 % 103) / 51 - 1)
        features.append([x, y])
        labels.append(x * y > 0 ? "equal" : "unequal")
      }
      return (features, labels)
    }

    private func quadrants(seed: Int = 0, epochs: Int = 30) throws -> Run {
      let (features, labels) = points(400, seed: seed)
      let run = try Run("quadrants") {
        InMemory(features: features, labels: labels, featureNames: ["x", "y"])
        SplitSettings(validation: 0.2, test: 0.2)
        Standardize()
        Model {
          Dense(32, activation: Tanh())
          Dropout(0.05)
          Dense(2)
        }
        CrossEntropy()
        Adam(learningRate: 0.02)
        Accuracy()
        ConfusionMatrix()
        TrainingSettings(epochs: epochs, batchSize: 32, seed: 3)
      }
      run.options.writesFolder = false
      return run
    }

    private func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "accepted"
      } catch { return "\(error)" }
    }

    @Test func withoutAFolder() throws {
      let run = try quadrants()
      #expect(run.trained == nil)
      #expect(message { _ = try run.predict([1, 1]) }.contains("`fit()`"))
      let result = try run.fit()
      #expect(result.folder == nil && run.trained?.folder == nil)
      #expect(result["test_accuracy"]! > 0.9 && result["nothing"] == nil)
      #expect(result.history.map(\.epoch) == Array(1...30))
      let losses = result.history.map { $0["validation_loss"]! }
      #expect(losses.last! < losses.first! && result.history[0].learningRate == 0.02)
      #expect(result.matrices["test_confusion_matrix"] != nil)
      for (split, expected) in result.summary.results {
        let found = try run.evaluate(TrainedRun.Split(rawValue: split))
        #expect(found.metrics == expected && found.samples == result.summary.samples[split])
      }
      #expect(try run.evaluate().name == "test")

      let other = points(100, seed: 11)
      let found = try run.predict(other.features)
      let right = zip(found, other.labels).count { $0.label == $1 }
      let measured = try run.evaluate(InMemory(features: other.features, labels: other.labels))
      #expect(measured["accuracy"]! == Double(right) / 100 && measured["accuracy"]! > 0.85)
      #expect(measured.samples == 100 && measured.name == "in_memory")
      let one = try run.predict(other.features[5])
      #expect(one.label == found[5].label && one.probabilities == found[5].probabilities)
      #expect(one.classes == ["equal", "unequal"] && one.values.isEmpty)
      #expect(one.probability == one.probability(of: one.label) && one.probability >= 0.5)
      #expect(one.probability(of: "neither") == 0)
      #expect(found.labels.count == 100 && found.prefix(2).count == 2)
      #expect(try run.predict(InMemory(features: other.features)).values == found.values)
      #expect(try run.predict([[Float]]()).isEmpty)
    }

    @Test func anyNumberOfSamples() throws {
      let run = try quadrants(epochs: 2)
      try run.fit()
      let samples = points(300, seed: 9).features
      let whole = try run.predict(samples).values
      #expect(whole.count == 600)
      for count in [1, 2, 3, 7, 31, 32, 33, 255, 256, 257, 299] {
        let found = try run.predict(Array(samples[..<count]))
        #expect(found.count == count && found.values == Array(whole[..<(2 * count)]))
      }
    }

    @Test func aSavedRunOfSamplesInMemory() throws {
      try withFolder { folder in
        let run = try quadrants()
        run.options.writesFolder = true
        run.options.output = folder + "/run"
        let result = try run.fit()
        #expect(result.folder == folder + "/run")
        let other = points(50, seed: 7)
        let expected = try run.predict(other.features).values
        let opened = try TrainedRun(folder + "/run")
        #expect(try opened.predict(other.features).values == expected)
        #expect(
          try opened.evaluate(InMemory(features: other.features, labels: other.labels)).metrics
            == run.evaluate(InMemory(features: other.features, labels: other.labels)).metrics)
        let table = "y,x\n" + other.features.map { "\($0[1]),\($0[0])\n" }.joined()
        let file = try write(table, folder, "points.csv")
        #expect(try opened.predict(file: file).values == expected)
        #expect(try opened.predict(CSVSource(FilePath(file))).values == expected)
        // The samples went with the program.
        let gone = message { _ = try opened.evaluate() }
        #expect(gone.contains("in_memory has no samples") && gone.contains("config.yaml"))
        #expect(gone.contains("csv"))
        #expect(message { try Run(config: folder + "/run/config.yaml").fit() } == gone)
      }
    }

    @Test func samplesThatDoNotFit() throws {
      let run = try quadrants(epochs: 1)
      try run.fit()
      #expect(
        message { _ = try run.predict([1, 2, 3]) }
          == "the model takes samples of 2 numbers; sample 0 has 3")
      #expect(message { _ = try run.predict([[1, 2], [1]]) }.contains("sample 1 has 1"))
      #expect(message { _ = try run.predict([[1, .infinity]]) }.contains("number 1 is inf"))
      #expect(
        message { _ = try run.predict([[1, 2], [1, .nan]]) }
          .contains("sample 1, feature `y`: the value is missing"))
      func evaluate(_ source: InMemory) -> String {
        message { _ = try run.evaluate(source) }
      }
      #expect(evaluate(InMemory(features: [[1, 2]])).contains("without targets"))
      #expect(evaluate(InMemory(features: [[1, 2]], labels: ["cat"])).contains("`cat` is none"))
      #expect(evaluate(InMemory(features: [[1, 2]], labels: [2])).contains("no class 2"))
      #expect(evaluate(InMemory(features: [[1, 2]], values: [2])).contains("learned classes"))
      #expect(evaluate(InMemory(features: [[1]], labels: ["equal"])).contains("trained was with"))
      #expect(
        evaluate(InMemory(features: [[1, 2]], labels: ["equal", "equal"])).contains("2 labels"))
      #expect(message { _ = try run.evaluate(Synthetic(.moons)) }.contains("other targets"))
      #expect(message { _ = try run.predict(file: "nowhere.csv") }.contains("nowhere.csv"))
      let bare = try Run("bare") {
        InMemory(features: [[1], [2], [3]], labels: [0, 1, 1])
        SplitSettings(validation: 0)
        Model { Dense(2) }
        CrossEntropy()
        SGD()
        TrainingSettings(epochs: 1)
      }
      bare.options.writesFolder = false
      try bare.fit()
      #expect(message { _ = try bare.evaluate() } == "the run has no validation split")
    }

    @Test func valuesOfARegression() throws {
      let features: [[Float]] = (0..<200).map { [Float($0 % 20) / 20, Float($0 / 20) / 10] }
      let values: [[Float]] = features.map { [3 * $0[0] + 100, 5 - 2 * $0[1]] }
      let run = try Run("plane") {
        InMemory(features: features, values: values, targetNames: ["height", "depth"])
        SplitSettings(validation: 0.2)
        TargetNormalizer(Standardize())
        Model { Dense(2) }
        MeanSquaredError()
        Adam(learningRate: 0.05)
        MAE()
        TrainingSettings(epochs: 60, batchSize: 20)
      }
      run.options.writesFolder = false
      try run.fit()
      let found = try run.predict([0.5, 0.5])
      #expect(found.label.isEmpty && found.probabilities.isEmpty && found.values.count == 2)
      #expect((found.values[0] - 101.5).magnitude < 0.1)
      #expect((found.values[1] - 4).magnitude < 0.1)
      #expect(try run.predict([[0, 0]]).header == ["height", "depth"])
      #expect(try run.evaluate()["mae"]! < 0.1)
    }

    @Test func imagesByTheirShape() throws {
      func pixel(_ place: Int, _ image: Int) -> Float {
        (place + image) % 2 == 0 ? Float(place % 4) : 0
      }
      let images = (0..<60).map { image in (0..<16).map { pixel($0, image) } }
      let run = try Run("stripes") {
        InMemory(
          features: images, labels: (0..<60).map { $0 % 2 }, classes: ["even", "odd"],
          shape: [1, 4, 4])
        Model {
          Conv2D(4, kernel: 3, activation: ReLU())
          Flatten()
          Dense(2)
        }
        CrossEntropy()
        Adam(learningRate: 0.05)
        Accuracy()
        TrainingSettings(epochs: 10)
      }
      run.options.writesFolder = false
      #expect(try run.fit()["validation_accuracy"] == 1)
      #expect(try run.predict(images[0...1].map { $0 }).labels == ["even", "odd"])
      #expect(message { _ = try run.predict([1]) }.contains("16 numbers, [1×4×4]; sample 0 has 1"))
    }

    @Test func goesOnFromACheckpoint() throws {
      try withFolder { folder in
        let whole = try quadrants(epochs: 6)
        let expected = try whole.fit()
        let samples = points(20, seed: 5).features
        let first = try quadrants(epochs: 6)
        first.options.writesFolder = true
        first.options.output = folder + "/run"
        first.options.hooks = [
          Hook([.batchEnd]) { _, run in
            guard run.step == 17 else { return .proceed }
            return .stop("half way")
          }
        ]
        #expect(try first.fit().end == .stopped("half way"))
        let second = try quadrants(epochs: 6)
        let result = try second.resume(folder + "/run")
        #expect(result.end == .finished && result.folder == folder + "/run")
        #expect(result["test_loss"] == expected["test_loss"])
        #expect(try second.predict(samples).values == whole.predict(samples).values)
        #expect(result.history.map(\.epoch).last == 6 && result.history.count < 6)
        #expect(message { try second.resume(folder) }.contains("no folder of a run"))
      }
    }

    @Test func aPlanListsTheHooks() throws {
      let run = try quadrants()
      run.options.hooks = [Hook([.afterBackward]) { _, _ in .proceed }]
      let plan = try run.plan()
      #expect(plan.callbacks["afterBackward"]?.contains("hook") == true)
      #expect(plan.layers.map(\.name) == ["dense_1", "dropout_1", "dense_2"])
      #expect(plan.callbacks.values.allSatisfy { !$0.contains("progress") })
      run.showsProgress = true
      #expect(try run.plan().callbacks["epochEnd"]?.contains("progress") == true)
    }
  }
}
