import Espalier
import EspalierReferences
import Foundation
import Testing

extension EndToEnd {
  /// One update for the gradients of several batches.
  @Suite struct AccumulationTests {
    /// A network with fixed first weights, so that only what is asked for tells two runs apart.
    private func run(
      _ steps: Int, batch: Int, samples: Int = 24, epochs: Int = 2, dropLast: Bool = false
    ) throws -> Run {
      let features: [[Float]] = (0..<samples).map { row in
        (0..<3).map { column in
          let place = (row * 7 + column * 11) % 13
          return Float(place) / 6 - 1
        }
      }
      let values: [Float] = features.map { row in row[0] * row[1] - row[2] }
      let run = try Run("accumulation") {
        InMemory(features: features, values: values)
        SplitSettings(validation: 0)
        Model {
          Dense(4, activation: Tanh())
          Dense(1)
        }
        MeanSquaredError()
        Adam(learningRate: 0.05)
        TrainingSettings(epochs: epochs, batchSize: batch, shuffle: false, dropLast: dropLast)
      }
      if steps > 1 { run.configuration.callbacks = [GradientAccumulation(steps: steps)] }
      run.options.writesFolder = false
      return run
    }

    private func weights(of run: Run) throws -> [String: [Float]] {
      var weights: [String: [Float]] = [:]
      run.on(.runEnd) { state in
        for name in state.parameterNames { weights[name] = try state.parameter(name) }
      }
      try run.fit()
      return weights
    }

    private func expectClose(
      _ found: [String: [Float]], _ expected: [String: [Float]],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(found.keys == expected.keys && !found.isEmpty, sourceLocation: sourceLocation)
      for (name, values) in expected {
        for (a, b) in zip(found[name] ?? [], values) {
          #expect(abs(a - b) < 2e-5, "\(name)", sourceLocation: sourceLocation)
        }
      }
    }

    @Test(arguments: try Oracle.cases("gradients/accumulation"))
    func gradientIsThatOfAllSamples(_ reference: OracleCase) throws {
      let x = try #require(reference.inputs["x"])
      let target = try #require(reference.inputs["target"]?.values.map { Int($0) })
      let rows = (0..<8).map { row in (0..<4).map { Float(x.values[row * 4 + $0]) } }
      let batches = try #require(reference.integers("micro_batches"))
      let run = try Run("oracle") {
        InMemory(features: rows, labels: target, classes: ["0", "1", "2"])
        SplitSettings(validation: 0)
        Model {
          Dense(5, activation: Tanh()).named("fc1")
          Dense(3).named("fc2")
        }
        CrossEntropy()
        SGD(learningRate: 0.1)
        GradientAccumulation(steps: batches.count)
        TrainingSettings(epochs: 1, batchSize: batches[0], shuffle: false)
      }
      run.options.writesFolder = false
      run.on(.runStart) { state in
        for (name, values) in reference.parameters {
          try state.setParameter(name, values.values.map { Float($0) })
        }
      }
      let isSum = reference.text("reduction") == "sum"
      var losses: [Double] = []
      var compared = 0
      run.on(.batchEnd) { losses.append($0.batchLoss) }
      run.on(.afterBackward) { state in
        for (name, expected) in reference.gradients {
          let found = try #require(try state.gradient(name)).map { Double($0) * (isSum ? 8 : 1) }
          let difference = reference.difference(
            name, .init(expected.shape, found), expected, precision: .single)
          if let difference { Issue.record("\(reference.id): \(difference)") }
          compared += 1
        }
      }
      try run.fit()
      #expect(compared == reference.gradients.count && compared > 0)
      let expected = try #require(reference.outputs["loss_of_micro_batches"])
      let found = losses.map { $0 * (isSum ? Double(batches[0]) : 1) }
      #expect(
        reference.difference(
          "loss_of_micro_batches", .init(expected.shape, found), expected, precision: .single)
          == nil)
    }

    /// Windows of 3 batches of 4 samples, and batches of 12; the last window has one batch, of 2 samples.
    @Test func likeALargeBatch() throws {
      for samples in [24, 26, 31] {
        expectClose(
          try weights(of: run(3, batch: 4, samples: samples)),
          try weights(of: run(1, batch: 12, samples: samples)))
      }
    }

    /// Where samples have weights, batches count by their sum: some weigh a hundred times as much.
    @Test func samplesWithWeights() throws {
      func weighted(_ run: Run) throws -> [String: [Float]] {
        run.transformBatch { batch in
          let first = batch.features.slice(axis: 1, 0..<1)
          batch.sampleWeights = exp(first.reshaped(to: [batch.features.shape[0]]) * 5)
        }
        return try weights(of: run)
      }
      let whole = try weighted(run(1, batch: 12, samples: 31))
      expectClose(try weighted(run(3, batch: 4, samples: 31)), whole)
      #expect(try whole != weights(of: run(1, batch: 12, samples: 31)))
    }

    /// Clipping acts on what was added up, as on the gradient of a large batch.
    @Test func clippingComesAfterwards() throws {
      let small = try run(3, batch: 4)
      small.configuration.callbacks.insert(GradientClipping(norm: 0.05), at: 0)
      small.configuration.optimizer = SGD(learningRate: 0.3)
      let large = try run(1, batch: 12)
      large.configuration.callbacks = [GradientClipping(norm: 0.05)]
      large.configuration.optimizer = SGD(learningRate: 0.3)
      expectClose(try weights(of: small), try weights(of: large))
    }

    /// A batch that is left out is absent; in the place of a window's last it delays the update, and at
    /// the epoch's end what was added up is dropped.
    @Test func batchesThatAreLeftOut() throws {
      // Five batches of 4 in windows of 2: [0, 1], [2, 3], [4].
      var updates: [Int] = []
      func trace(skipping: Set<Int>) throws -> [String: [Float]] {
        let run = try run(2, batch: 4, samples: 20, epochs: 1)
        updates = []
        run.decide(.batchLoaded) { skipping.contains($0.stepInEpoch) ? .skipBatch : .proceed }
        run.on(.batchEnd) { updates.append($0.updates) }
        return try weights(of: run)
      }
      _ = try trace(skipping: [])
      #expect(updates == [0, 1, 1, 2, 3])
      // What was kept of batch 2 waits for batch 4.
      _ = try trace(skipping: [3])
      #expect(updates == [0, 1, 1, 2])
      _ = try trace(skipping: [2, 4])
      #expect(updates == [0, 1, 2])
      // Batch 0 waits, and its window ends with the third batch.
      let delayed = try trace(skipping: [1, 3, 4])
      #expect(updates == [0, 0])
      // Nothing was updated, and nothing is left for the next epoch.
      let fresh = try run(2, batch: 4, samples: 20, epochs: 1)
      var first: [String: [Float]] = [:]
      fresh.on(.runStart) { state in
        for name in state.parameterNames { first[name] = try state.parameter(name) }
      }
      try fresh.fit()
      #expect(delayed == first)
    }

    /// The mean is over the samples that took part: one batch that is left out is not a batch of zeros.
    @Test func theMeanIsOverWhatTookPart() throws {
      let partial = try run(3, batch: 4, samples: 12, epochs: 1)
      partial.configuration.optimizer = SGD(learningRate: 0.3)
      partial.decide(.batchLoaded) { $0.stepInEpoch == 1 ? .skipBatch : .proceed }
      let whole = try run(1, batch: 4, samples: 12, epochs: 1)
      whole.configuration.optimizer = SGD(learningRate: 0.3)
      // The same two batches, each at the first weights.
      var start: [String: [Float]] = [:]
      var moved: [String: [[Float]]] = [:]
      whole.on(.runStart) { state in
        for name in state.parameterNames { start[name] = try state.parameter(name) }
      }
      whole.on(.batchEnd) { state in
        for name in state.parameterNames {
          moved[name, default: []].append(try state.parameter(name))
          try state.setParameter(name, start[name]!)
        }
      }
      try whole.fit()
      var expected: [String: [Float]] = [:]
      for (name, steps) in moved { expected[name] = zip(steps[0], steps[2]).map { ($0 + $1) / 2 } }
      expectClose(try weights(of: partial), expected)
    }

    /// What an update moves is seen where it happens, at the step that closes a window.
    @Test func updatesAreSeen() throws {
      let run = try run(4, batch: 4, samples: 36, epochs: 1)
      run.configuration.callbacks.append(UpdateRatio(every: 3))
      var seen: [(step: Int, ratio: Double)] = []
      run.on(.logged) { state in
        for (name, value) in state.logged where name == "update_ratio/dense_1.weight" {
          seen.append((state.step, value))
        }
      }
      try run.fit()
      // Asked for at steps 0, 3 and 6; the windows end with steps 4, 8 and 9. Step 3 begins anew before 4
      // is reached, so its look is the one that counts.
      #expect(seen.map(\.step) == [4, 8] && seen.allSatisfy { $0.ratio > 1e-3 })
    }

    /// Schedules and hooks on gradients count updates, logs and other hooks batches.
    @Test func whatCountsWhat() throws {
      let run = try run(4, batch: 4, samples: 36, epochs: 2)
      run.configuration.schedule = StepDecay(stepSize: 3, gamma: 0.5, unit: .steps)
      var rates: [Double] = []
      var seen: [Int] = []
      var steps: [Int] = []
      run.on(.batchEnd) { rates.append($0.learningRate) }
      run.on(.afterBackward, every: 2) { seen.append($0.updates) }
      run.on(.batchEnd, every: 5) { steps.append($0.step) }
      try run.fit()
      // Nine batches make windows of 4, 4 and 1; the rate is halved after every third.
      #expect(rates.count == 18 && steps == [5, 10, 15])
      #expect(seen == [0, 2, 4])
      #expect(Array(Set(rates.prefix(9))).count == 1 && rates[9] == rates[0] / 2)
    }
  }
}
