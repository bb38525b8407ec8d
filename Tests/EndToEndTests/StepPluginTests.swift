import Espalier
import Foundation
import Testing

extension EndToEnd {
  /// Plugins that take part in the recorded step, against the same mathematics in a few lines.
  @Suite struct StepPluginTests {
    static let features: [[Float]] = [[1, 2], [0.5, -1], [-2, 1], [1.5, 0.25]]
    static let values: [Float] = [1, -0.5, 2, 0.75]

    /// Steps of full batches of a linear model that begins at zero: its weights, offset and first loss.
    private func train(
      steps: Int = 3, _ optimizer: any Optimizer, _ others: [any Plugin] = []
    ) throws -> (weights: [Double], losses: [Double], logged: [String: [Double]]) {
      try withFolder { try train(steps: steps, optimizer, others, folder: $0) }
    }

    private func train(
      steps: Int, _ optimizer: any Optimizer, _ others: [any Plugin], folder: String
    ) throws -> (weights: [Double], losses: [Double], logged: [String: [Double]]) {
      let run = try Run("line") {
        InMemory(features: Self.features, values: Self.values)
        SplitSettings(validation: 0)
        Model { Dense(1, initializer: Constant(0.1)) }
        MeanSquaredError()
        SGD(learningRate: 1)
        TrainingSettings(epochs: steps, batchSize: 4)
      }
      run.configuration.optimizer = optimizer
      run.configuration.regularizers = others.compactMap { $0 as? any Regularizer }
      run.configuration.callbacks = others.compactMap { $0 as? any Callback }
      run.options.output = folder + "/run"
      var weights: [Double] = []
      var losses: [Double] = []
      run.on(.batchEnd) { losses.append($0.batchLoss) }
      run.on(.runEnd) {
        weights = try ($0.parameter("dense_1.weight") + $0.parameter("dense_1.bias")).map(
          Double.init)
      }
      try run.fit()
      var logged: [String: [Double]] = [:]
      let log = try String(contentsOfFile: folder + "/run/metrics.jsonl", encoding: .utf8)
      for line in log.split(separator: "\n") {
        guard
          let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
          entry["event"] as? String == "step", let values = entry["metrics"] as? [String: Double]
        else { continue }
        for (name, value) in values { logged[name, default: []].append(value) }
      }
      return (weights, losses, logged)
    }

    /// Loss and gradient of the linear model at w = [w₁, w₂, b], for given inputs.
    private func gradient(
      _ w: [Double], _ features: [[Double]]? = nil
    ) -> (loss: Double, gradient: [Double]) {
      let rows = features ?? Self.features.map { $0.map(Double.init) }
      var loss = 0.0
      var result = [0.0, 0, 0]
      for (row, value) in zip(rows, Self.values) {
        let x = row + [1]
        let error = zip(w, x).reduce(0) { $0 + $1.0 * $1.1 } - Double(value)
        loss += error * error / 4
        for index in 0..<3 { result[index] += 2 * error * x[index] / 4 }
      }
      return (loss, result)
    }

    private func expect(
      _ found: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(found.count == expected.count, sourceLocation: sourceLocation)
      for (found, expected) in zip(found, expected) {
        #expect(
          abs(found - expected) < 2e-5, "\(found) \(expected)", sourceLocation: sourceLocation)
      }
    }

    @Test func sharpnessIsLookedForNearby() throws {
      var w = [0.1, 0.1, 0]
      for _ in 0..<3 {
        let g = gradient(w).gradient
        let norm = g.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let there = zip(w, g).map { $0 + 0.2 * $1 / norm }
        w = zip(w, gradient(there).gradient).map { $0 - 0.1 * $1 }
      }
      let found = try train(SAM(SGD(learningRate: 0.1), radius: 0.2))
      expect(found.weights, w)
      // The loss that is told is that of the weights themselves.
      expect([found.losses[0]], [gradient([0.1, 0.1, 0]).loss])
    }

    /// A penalty takes part in both gradients.
    @Test func sharpnessWithAPenalty() throws {
      var w = [0.1, 0.1, 0]
      func total(_ w: [Double]) -> [Double] {
        zip(gradient(w).gradient, [w[0], w[1], 0]).map { $0 + 0.3 * $1 }
      }
      for _ in 0..<3 {
        let g = total(w)
        let norm = g.reduce(0) { $0 + $1 * $1 }.squareRoot()
        w = zip(w, total(zip(w, g).map { $0 + 0.2 * $1 / norm })).map { $0 - 0.1 * $1 }
      }
      let sam = SAM(SGD(learningRate: 0.1), radius: 0.2)
      expect(try train(sam, [L2(strength: 0.3)]).weights, w)
    }

    /// ½λΣy² / n has the gradient λ·y·x / n.
    @Test func activitiesArePenalized() throws {
      var w = [0.1, 0.1, 0]
      for _ in 0..<3 {
        var g = gradient(w).gradient
        for row in Self.features {
          let x = row.map(Double.init) + [1]
          let y = zip(w, x).reduce(0) { $0 + $1.0 * $1.1 }
          for index in 0..<3 { g[index] += 0.5 * y * x[index] / 4 }
        }
        w = zip(w, g).map { $0 - 0.1 * $1 }
      }
      let penalty = ActivityL2(strength: 0.5)
      expect(try train(SGD(learningRate: 0.1), [penalty]).weights, w)
      let named = ActivityL2(strength: 0.5, layers: ["dense_*"])
      expect(try train(SGD(learningRate: 0.1), [named]).weights, w)
      let sam = SAM(SGD(learningRate: 0.1), radius: 1e-6)
      expect(try train(sam, [penalty]).weights, w)
      var message = ""
      do {
        _ = try train(SGD(learningRate: 0.1), [ActivityL1(strength: 1, layers: ["dense_2"])])
      } catch { message = "\(error)" }
      #expect(message.contains("`dense_2` fits no layer of the model"), "\(message)")
      #expect(message.contains("did you mean `dense_1`?"), "\(message)")
    }

    @Test func groupsHaveTheirRates() throws {
      var w = [0.1, 0.1, 0]
      for _ in 0..<3 {
        let g = gradient(w).gradient
        w = [w[0] - 0.01 * g[0], w[1] - 0.01 * g[1], w[2] - 0.1 * g[2]]
      }
      let groups = ParameterGroups([
        Only(["*.weight"], SGD(learningRate: 0.01)), SGD(learningRate: 0.1),
      ])
      expect(try train(groups).weights, w)
    }

    @Test func whatNobodyTakesIsNotTrained() throws {
      var b = 0.0
      for _ in 0..<3 { b -= 0.1 * gradient([0.1, 0.1, b]).gradient[2] }
      expect(try train(Only(["*.bias"], SGD(learningRate: 0.1))).weights, [0.1, 0.1, b])
      #expect(throws: (any Error).self) {
        try train(Only(["nothing"], SGD(learningRate: 0.1)))
      }
    }

    @Test func patternsThatFitNothingAreTold() throws {
      let wrong: [(any Optimizer, [any Plugin], String)] = [
        (ParameterGroups([Only(["dense1"], SGD(learningRate: 1)), Adam()]), [], "only: `dense1`"),
        (Only(["nothing"], SGD(learningRate: 0.1)), [], "only: `nothing`"),
        (Adam(), [L2(strength: 1, layers: ["dense_2"])], "l2: `dense_2`"),
        (Adam(), [WeightNoise(deviation: 1, parameters: ["*.wight"])], "weight_noise: `*.wight`"),
      ]
      for (optimizer, others, message) in wrong {
        let problems = #expect(throws: ConfigurationProblems.self) {
          try train(optimizer, others)
        }
        #expect(
          problems?.diagnostics.map(\.message) == [message + " fits no parameter of the model"])
      }
    }

    @Test func constraintsFollowEachStep() throws {
      var w = [0.1, 0.1, 0]
      for _ in 0..<3 {
        w = zip(w, gradient(w).gradient).map { $0 - 0.5 * $1 }
        let norm = (w[0] * w[0] + w[1] * w[1]).squareRoot()
        let factor = min(1, 0.3 / norm)
        w = [w[0] * factor, w[1] * factor, w[2]]
      }
      expect(try train(SGD(learningRate: 0.5), [MaxNorm(limit: 0.3)]).weights, w)
      // Optimizers that take parameters one by one.
      let found = try train(LAMB(learningRate: 5), [MaxNorm(limit: 0.3)]).weights
      #expect(abs((found[0] * found[0] + found[1] * found[1]).squareRoot() - 0.3) < 1e-5)
    }

    @Test func noiseOnWeightsIsForTrainingAlone() throws {
      let plain = try train(SGD(learningRate: 0.1))
      let none = try train(SGD(learningRate: 0.1), [WeightNoise(deviation: 0)])
      #expect(none.weights == plain.weights)
      let noisy = try train(steps: 1, SGD(learningRate: 0.1), [WeightNoise(deviation: 0.5)])
      #expect(abs(noisy.losses[0] - plain.losses[0]) > 1e-3)
      // Where no rate moves the weights, nothing does.
      let still = try train(SGD(learningRate: 1e-30), [WeightNoise(deviation: 0.5)])
      expect(still.weights, [0.1, 0.1, 0])
      #expect(Set(still.losses).count == 3)
    }

    @Test func inputsMoveAgainstTheModel() throws {
      var w = [0.1, 0.1, 0]
      for _ in 0..<3 {
        let moved = zip(Self.features, Self.values).map { row, value -> [Double] in
          let x = row.map(Double.init)
          let error = x[0] * w[0] + x[1] * w[1] + w[2] - Double(value)
          return zip(x, w).map { $0 + 0.25 * (error * $1 > 0 ? 1 : error * $1 < 0 ? -1 : 0) }
        }
        let (a, b) = (gradient(w).gradient, gradient(w, moved).gradient)
        w = w.indices.map { w[$0] - 0.1 * (0.7 * a[$0] + 0.3 * b[$0]) }
      }
      let found = try train(
        SGD(learningRate: 0.1), [AdversarialTraining(epsilon: 0.25, share: 0.3)])
      expect(found.weights, w)
      expect([found.losses[0]], [gradient([0.1, 0.1, 0]).loss])
    }

    @Test func noiseOnGradientsFades() throws {
      let plain = try train(steps: 1, SGD(learningRate: 1))
      let noisy = try train(steps: 1, SGD(learningRate: 1), [GradientNoise(variance: 0.01)])
      let change = zip(plain.weights, noisy.weights).map { abs($0 - $1) }
      #expect(change.allSatisfy { $0 > 1e-6 && $0 < 0.6 })
      let faded = try train(
        steps: 3, SGD(learningRate: 1e-3), [GradientNoise(variance: 0.01, decay: 60)])
      let same = try train(steps: 3, SGD(learningRate: 1e-3))
      // Only the first of the three steps had any.
      #expect(zip(faded.weights, same.weights).allSatisfy { abs($0 - $1) < 1e-3 && $0 != $1 })
    }

    @Test func averagesAreWhatIsMeasured() throws {
      var w = [0.1, 0.1, 0]
      var average = w
      for step in 1...3 {
        w = zip(w, gradient(w).gradient).map { $0 - 0.1 * $1 }
        let share = min(0.3, Double(1 + step) / Double(10 + step))
        average = step == 1 ? w : zip(average, w).map { share * $0 + (1 - share) * $1 }
      }
      let found = try train(SGD(learningRate: 0.1), [EMA(decay: 0.3)])
      expect(found.weights, average)
      // What is trained on stays the parameters themselves.
      let plain = try train(SGD(learningRate: 0.1))
      #expect(found.losses == plain.losses)
      expect(plain.weights, w)
      let lamb = try train(LAMB(learningRate: 0.1), [EMA(decay: 0)])
      expect(lamb.weights, try train(LAMB(learningRate: 0.1)).weights)
    }

    @Test func whatIsLogged() throws {
      let found = try train(
        steps: 4, SGD(learningRate: 0.1),
        [GradientFlow(every: 2), UpdateRatio(every: 2), LRMonitor(every: 2)])
      let g = gradient([0.1, 0.1, 0]).gradient
      expect(
        [found.logged["gradient_norm/dense_1.weight"]![0]],
        [(g[0] * g[0] + g[1] * g[1]).squareRoot()])
      expect([found.logged["gradient_norm/dense_1.bias"]![0]], [abs(g[2])])
      expect(
        [found.logged["gradient_norm"]![0]], [g.reduce(0) { $0 + $1 * $1 }.squareRoot()])
      let step = 0.1 * (g[0] * g[0] + g[1] * g[1]).squareRoot()
      expect([found.logged["update_ratio/dense_1.weight"]![0]], [step / 0.02.squareRoot()])
      #expect(found.logged["update_ratio/dense_1.weight"]?.count == 2)
      #expect(found.logged["gradient_norm"]?.count == 2)
      #expect(found.logged["learning_rate"] == [0.1, 0.1])
    }
  }
}
