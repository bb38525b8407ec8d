import Espalier
import Foundation
import Testing

extension EndToEnd {
  /// Parameters that are kept as they are in some epochs.
  @Suite struct FreezingTests {
    private func run(
      _ callbacks: [any Callback], epochs: Int = 4,
      optimizer: any Optimizer = AdamW(learningRate: 0.01)
    ) throws -> Run {
      let features: [[Float]] = (0..<24).map { row in
        (0..<3).map { column in
          let place = (row * 7 + column * 11) % 13
          return Float(place) / 6 - 1
        }
      }
      let values: [Float] = features.map { row in row[0] * row[1] - row[2] }
      let run = try Run("freezing") {
        InMemory(features: features, values: values)
        SplitSettings(validation: 0.25)
        Model {
          Dense(4, activation: Tanh())
          Dense(3, activation: Tanh())
          Dense(1)
        }
        MeanSquaredError()
        SGD(learningRate: 1)
        TrainingSettings(epochs: epochs, batchSize: 6)
      }
      run.configuration.optimizer = optimizer
      run.configuration.callbacks = callbacks
      run.options.writesFolder = false
      return run
    }

    /// The parameters at the end of each epoch, with those before the first.
    private func course(_ run: Run) throws -> [[String: [Float]]] {
      var course: [[String: [Float]]] = []
      func note(_ state: any RunState) throws {
        course.append(
          Dictionary(
            uniqueKeysWithValues: try state.parameterNames.map { ($0, try state.parameter($0)) }))
      }
      run.on(.runStart, note)
      run.on(.epochEnd, note)
      try run.fit()
      return course
    }

    /// In which epochs a parameter changed.
    private func moves(_ course: [[String: [Float]]], _ name: String) -> [Int] {
      (1..<course.count).filter { course[$0][name] != course[$0 - 1][name] }
    }

    @Test func frozenInItsEpochsOnly() throws {
      let course = try course(
        run([Freeze(["dense_1"], from: 2, until: 3), Unfreeze(["dense_2.*", "*.bias"], epoch: 3)]))
      #expect(moves(course, "dense_1.weight") == [1, 4])
      #expect(moves(course, "dense_1.bias") == [4])
      #expect(moves(course, "dense_2.weight") == [3, 4])
      #expect(moves(course, "dense_3.weight") == [1, 2, 3, 4])
      #expect(moves(course, "dense_3.bias") == [3, 4])
    }

    /// For the whole run it is what leaves parameters to no optimizer, to the bit.
    @Test func forTheWholeRun() throws {
      let frozen = try course(run([Freeze(["dense_1", "dense_2.bias"])]))
      let only = Only(["dense_2.weight", "dense_3"], AdamW(learningRate: 0.01))
      #expect(try frozen == course(run([], optimizer: only)))
      #expect(moves(frozen, "dense_1.weight").isEmpty && !moves(frozen, "dense_3.bias").isEmpty)
    }

    /// The first update after a thaw is the optimizer's first: Adam's is as long as the rate.
    @Test func theOptimizerCountsItsOwnUpdates() throws {
      let run = try run([Freeze(["dense_1"], until: 2)], optimizer: Adam(learningRate: 0.01))
      var before: [Float] = []
      var first: [Float]?
      run.on(.batchLoaded) { before = try $0.parameter("dense_1.weight") }
      run.on(.batchEnd) { state in
        let after = try state.parameter("dense_1.weight")
        if after != before, first == nil { first = zip(after, before).map { abs($0 - $1) } }
      }
      try run.fit()
      let moved = try #require(first)
      #expect(moved.allSatisfy { abs($0 - 0.01) < 1e-4 }, "\(moved)")
    }

    @Test func gradientsOfWhatIsFrozen() throws {
      let run = try run([Freeze(["dense_1"], from: 2, until: 2)], epochs: 3)
      var seen: [Bool] = []
      run.on(.afterBackward) { state in
        seen.append(try state.gradient("dense_1.weight") != nil)
        #expect(try state.gradient("dense_2.weight") != nil)
        guard state.epoch == 2 else { return }
        let error = #expect(throws: PluginError.self) {
          try state.setGradient("dense_1.bias", [0, 0, 0, 0])
        }
        #expect(error?.message == "dense_1.bias is frozen in epoch 2")
      }
      try run.fit()
      #expect(seen == [true, true, true, false, false, false, true, true, true])
    }

    /// No work is done for gradients that nobody gets.
    @Test func costsNoBackwardPass() throws {
      func operations(_ callbacks: [any Callback]) throws -> Int {
        try PlanReport(
          run(callbacks).configuration, catalog: builtIn.get(), defaults: quiet
        ).operationsPerStep
      }
      // 6 samples: 2·6·3·4 for the first layer's weights, and 2·6·4·3 for what reaches it.
      #expect(try operations([]) - operations([Freeze(["dense_1"])]) == 2 * 144)
    }

    /// An average of a frozen parameter goes on from the parameter, not from nothing.
    @Test func averagesOfWhatIsFrozen() throws {
      let run = try run([Freeze(["dense_1"], until: 2), EMA(decay: 0.6, warmup: false)])
      var average: [Float] = []
      var compared = 0
      run.on(.batchEnd) { state in
        let weights = try state.parameter("dense_1.weight")
        average =
          average.isEmpty ? weights : zip(average, weights).map { 0.6 * $0 + 0.4 * $1 }
      }
      run.on(.validationEnd, after: ["ema"]) { state in
        for (a, b) in zip(try state.parameter("dense_1.weight"), average) {
          #expect(abs(a - b) < 1e-6)
          compared += 1
        }
      }
      try run.fit()
      #expect(compared == 4 * 12)
    }

    @Test func mistakes() throws {
      func message(_ callbacks: [any Callback]) throws -> String {
        let run = try run(callbacks)
        var found = ""
        do { try run.fit() } catch { found = "\(error)" }
        return found
      }
      let none = try message([Freeze(["dense_1", "dense_2"]), Freeze(["dense_3"], from: 3)])
      #expect(none.contains("freeze: no parameter is left to train in epoch 3"), "\(none)")
      let later = try message([Freeze(["dense_1", "dense_2"]), Freeze(["dense_3"], from: 5)])
      #expect(later.isEmpty, "\(later)")
      let typo = try message([Unfreeze(["dense_4"], epoch: 2)])
      #expect(typo.contains("unfreeze: `dense_4` fits no parameter of the model"), "\(typo)")
      let order = try message([Freeze(["dense_1"], from: 3, until: 2)])
      #expect(order.contains("`until` must not be before `from`, 3"), "\(order)")
      let empty = try message([Freeze([])])
      #expect(empty.contains("give at least one name or pattern"), "\(empty)")
    }
  }
}
