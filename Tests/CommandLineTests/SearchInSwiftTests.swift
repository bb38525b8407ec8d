import Espalier
import Foundation
import Synchronization
import Testing

/// Searches that a program describes and runs, by the public means alone.
@Suite(.serialized) struct SearchInSwiftTests {
  private func search(
    _ folder: String, epochs: Int = 3, trials: Int = 5,
    strategy: (any SearchStrategy)? = nil, deviation: Double = 0
  ) throws -> Search {
    var search = try Search(
      "signs", over: .logUniform("rate", 1e-3...1), .choice("units", [4, 8]),
      .choice("activation", [ReLU(), Tanh()] as [any Activation]),
      strategy: strategy ?? RandomSearch(trials: trials), objective: "validation_accuracy",
      output: folder + "/out", folder: folder
    ) { rate, units, activation in
      CSVSource("table.csv", target: "label")
      SplitSettings(validation: 0.25, test: 0.2)
      if deviation > 0 { FeatureNoise(deviation: Float(deviation)) }
      Model {
        Dense(units, activation: activation)
        Dense(2)
      }
      CrossEntropy()
      SGD(learningRate: rate)
      Accuracy()
      TrainingSettings(epochs: epochs, batchSize: 16)
    }
    search.options.catchesSignals = false
    return search
  }

  private func inFolder(_ body: (String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      try write(signsTable, to: folder + "/table.csv")
      try body(folder)
    }
  }

  @Test func trialsAreRuns() throws {
    try inFolder { folder in
      var search = try search(folder)
      search.parallel = 2
      let told = Mutex<[Int]>([])
      let results = try search.run { trial in told.withLock { $0.append(trial.index) } }
      #expect(results.isComplete)
      #expect(told.withLock { $0.sorted() } == [0, 1, 2, 3, 4])
      #expect(results.trials.map(\.index) == [0, 1, 2, 3, 4])
      let best = try #require(results.best)
      let scores = try results.trials.map { try #require($0.score) }
      #expect(best.score == scores.max())
      #expect(best["rate"] != nil && best["units"] != nil && best["nothing"] == nil)
      // The activation is told as it would be written in a config.
      #expect(["relu", "tanh"].contains(best["activation"]?.description))
      // Its folder is a run's, and `best.yaml` that run's config.
      let model = try TrainedRun(best.folder)
      #expect(try model.evaluate(.validation)["accuracy"] ?? 0 > 0.5)
      let again = try Run(config: search.folder + "/best.yaml")
      again.options.output = folder + "/again"
      #expect(try again.fit()["validation_accuracy"] != nil)
      #expect(
        FileManager.default.contents(atPath: folder + "/again/weights.safetensors")
          == FileManager.default.contents(atPath: best.folder + "/weights.safetensors"))
      // A second call trains nothing, and comes to the same; so does another width.
      let second = try self.search(folder).run()
      #expect(second.trials.map(\.score) == results.trials.map(\.score))
      var narrow = try self.search(folder + "/.")
      narrow.parallel = 1
      #expect(try narrow.run().best?.index == best.index)
      #expect(try self.search(folder).results().isComplete)
    }
  }

  /// The bits of a trial do not depend on who stands beside it.
  @Test func sideBySideIsOneAfterTheOther() throws {
    try inFolder { folder in
      try inTemporaryFolder { other in
        try write(signsTable, to: other + "/table.csv")
        var wide = try search(folder)
        wide.parallel = 3
        var narrow = try search(other)
        narrow.parallel = 1
        let (a, b) = (try wide.run(), try narrow.run())
        #expect(a.trials.map(\.score) == b.trials.map(\.score))
        #expect(a.trials.map { $0["rate"] } == b.trials.map { $0["rate"] })
      }
    }
  }

  /// Trials that pause and go on do so from their checkpoints.
  @Test func halving() throws {
    try inFolder { folder in
      let results = try search(
        folder, epochs: 4, strategy: SuccessiveHalving(trials: 4, factor: 2, least: 1)
      ).run()
      #expect(results.isComplete)
      #expect(Set(results.trials.map(\.epochs)) == [1, 2, 4])
    }
  }

  @Test func anotherSearchNeedsAnotherFolder() throws {
    try inFolder { folder in
      _ = try search(folder, epochs: 1, trials: 1).run()
      #expect(throws: RunFailure.self) { try search(folder, epochs: 2, trials: 1) }
      do {
        _ = try search(folder, epochs: 1, trials: 1, deviation: 0.5)
        Issue.record("it was taken")
      } catch let failure as RunFailure {
        #expect(failure.message.contains("data.augment"), "\(failure.message)")
      }
    }
  }

  @Test func aTrialThatFailsIsKept() throws {
    try inFolder { folder in
      var search = try Search(
        "wild", over: .choice("rate", [0.1, 1e30]), strategy: GridSearch(),
        objective: ObjectiveSettings("train_loss", epoch: .last), output: folder + "/out",
        folder: folder
      ) { rate in
        CSVSource("table.csv", target: "label")
        SplitSettings(validation: 0.25)
        Model {
          Dense(8, activation: ReLU())
          Dense(2)
        }
        CrossEntropy()
        SGD(learningRate: rate)
        NaNGuard()
        TrainingSettings(epochs: 2, batchSize: 16)
      }
      search.options.catchesSignals = false
      let results = try search.run()
      #expect(results.trials.map(\.state) == [.done, .failed])
      #expect(results.best?.index == 0)
      #expect(results.trials[1].error != nil)
    }
  }

  /// What is wrong is told with the line of the search, before anything runs.
  @Test func mistakes() throws {
    func problems(_ make: () throws -> Search) -> String {
      do {
        let search = try make()
        _ = try search.run()
        return "nothing"
      } catch let problems as ConfigurationProblems {
        #expect(
          problems.diagnostics.allSatisfy {
            $0.place?.file.hasSuffix("SearchInSwiftTests.swift") == true
          }, "\(problems)")
        return "\(problems)" + problems.diagnostics.flatMap { $0.notes.map(\.text) }.joined()
      } catch { return "other: \(error)" }
    }
    func simple(
      _ value: Searched<Double>, strategy: any SearchStrategy = RandomSearch(trials: 2),
      objective: ObjectiveSettings = ObjectiveSettings(), seed: Int = 0
    ) throws -> Search {
      try Search(
        "xor", over: value, strategy: strategy, objective: objective, seed: seed,
        output: NSTemporaryDirectory() + "espalier-nothing-\(UUID().uuidString)"
      ) { rate in
        InMemory(features: [[0, 1], [1, 0], [1, 1], [0, 0]], labels: ["a", "a", "b", "b"])
        SplitSettings(validation: 0.5)
        Model { Dense(2) }
        CrossEntropy()
        Adam(learningRate: rate)
        TrainingSettings(epochs: 1)
      }
    }
    #expect(
      problems { try simple(.logUniform("rate", 0...1)) }.contains("begins above 0, not at 0"))
    #expect(problems { try simple(.uniform("rate", 0...1, step: 0)) }.contains("lead nowhere"))
    #expect(
      problems { try simple(.normal("rate", mean: 0, deviation: -1)) }.contains("above 0, not -1"))
    #expect(problems { try simple(.choice("rate", [])) }.contains("at least one"))
    #expect(problems { try simple(.choice("rate", [0.1, 0.1])) }.contains("in the list twice"))
    #expect(problems { try simple(.uniform("", 0.1...1)) }.contains("has no name"))
    #expect(problems { try simple(.uniform("rate", 0.1...1), seed: -1) }.contains("0 or more"))
    #expect(
      problems { try simple(.uniform("rate", 0.1...1), strategy: RandomSearch(trials: 0)) }
        .contains("`trials` of random is 0"))
    #expect(
      problems { try simple(.uniform("rate", 0.1...1), strategy: GridSearch()) }
        .contains("grid: rate is a range"))
    #expect(
      problems { try simple(.uniform("rate", 0.1...1), objective: "test_loss") }
        .contains("a test result must not choose"))
    // A value that only some trials have.
    let late = problems { try simple(.uniform("rate", -1...1)) }
    #expect(late.contains("learning_rate") && late.contains("in a trial with rate = "), "\(late)")
  }

  /// The sweep of a file runs in a program too, with its changes.
  @Test func aSweepFile() throws {
    try SweepTests.inFolder { folder in
      var search = try Search(
        sweep: folder + "/sweep.yaml", sets: ["training.epochs=2", "strategy.random.trials=2"],
        output: folder + "/out")
      search.options.catchesSignals = false
      let results = try search.run()
      #expect(results.trials.map(\.state) == [.done, .done])
      #expect(results.trials.allSatisfy { $0.epochs == 2 })
      #expect(results.best?["model[0].dense.units"] != nil)
      // It is the search of the command line.
      let listed = espalier(
        "search", folder + "/sweep.yaml", "--set", "training.epochs=2", "--set",
        "strategy.random.trials=2", "--output", folder + "/out", "--list", "--json")
      let page = try json(listed.output) as? [String: Any]
      #expect((page?["complete"] as? Bool) == true, "\(listed.error)")
    }
  }
}
