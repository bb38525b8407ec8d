import Espalier
import EspalierReferences
import Foundation
import Testing

extension EndToEnd {
  /// Optimizers that ask for losses at points of their choice.
  @Suite struct ObjectiveTests {
    /// Looks at the objective as an optimizer may, and goes a little downhill.
    private struct Probe: ObjectiveOptimizer {
      static let manifest = Manifest("probe", "gradient descent on numbers")
      final class Findings: @unchecked Sendable {
        var values: [(start: ObjectiveValue, again: ObjectiveValue)] = []
        var products: [(found: [Double], differences: [Double])] = []
        var counts: [Double] = []
      }
      var learningRate: Double { 0.1 }
      var findings = Findings()
      var looksAtCurvature = false
      func memory(for count: Int) -> [String: Int] { ["count": 1] }

      func step(on objective: any Objective, rate: Double) throws {
        let w = objective.parameters
        let start = objective.start
        if looksAtCurvature {
          let v = w.indices.map { Double($0 % 3) - 1 }
          let product = try objective.hessianProduct(v)
          let (ahead, behind) = try (
            objective.value(at: zip(w, v).map { $0 + $1 / 64 }).gradient,
            objective.value(at: zip(w, v).map { $0 - $1 / 64 }).gradient
          )
          findings.products.append((product, zip(ahead, behind).map { ($0 - $1) * 32 }))
        }
        findings.values.append((start, try objective.value(at: w)))
        objective[memory: "count"] = [objective[memory: "count"][0] + 1]
        findings.counts.append(objective[memory: "count"][0])
        objective.parameters = zip(w, start.gradient).map { $0 - rate * $1 }
      }
    }

    private func run(
      _ optimizer: any Optimizer, callbacks: [any Callback] = [],
      regularizers: [any Regularizer] = [], layers: [any Layer] = [], epochs: Int = 3,
      batch: Int = 8
    ) throws -> Run {
      let features: [[Float]] = (0..<24).map { row in
        (0..<3).map { column in
          let place = (row * 7 + column * 11) % 13
          return Float(place) / 6 - 1
        }
      }
      let values: [Float] = features.map { row in row[0] * row[1] - row[2] }
      let run = try Run("objective") {
        InMemory(features: features, values: values)
        SplitSettings(validation: 0)
        Model { Dense(4, activation: Tanh()) }
        MeanSquaredError()
        SGD(learningRate: 0.1)
        TrainingSettings(epochs: epochs, batchSize: batch, shuffle: false)
      }
      run.configuration.model += layers + [Dense(1)]
      run.configuration.optimizer = optimizer
      run.configuration.callbacks = callbacks
      run.configuration.regularizers = regularizers
      run.options.writesFolder = false
      return run
    }

    private func outcome(_ run: Run) throws -> [String: [Float]] {
      var weights: [String: [Float]] = [:]
      run.on(.runEnd) { state in
        for name in state.parameterNames { weights[name] = try state.parameter(name) }
      }
      try run.fit()
      return weights
    }

    /// Within a step it is one function: random layers draw the same, and statistics move once.
    @Test func oneFunctionAStep() throws {
      let probe = Probe()
      let layers: [any Layer] = [Dropout(0.4), BatchNorm(), GaussianNoise(0.1)]
      let found = try outcome(run(probe, layers: layers))
      #expect(probe.findings.values.count == 9)
      for (start, again) in probe.findings.values {
        #expect(start.value == again.value && start.gradient == again.gradient)
      }
      #expect(probe.findings.counts == (1...9).map(Double.init))
      // The same steps as those of plain descent.
      let plain = try outcome(run(SGD(learningRate: 0.1), layers: layers))
      #expect(found.keys == plain.keys)
      for (name, values) in plain {
        for (a, b) in zip(found[name] ?? [], values) { #expect(abs(a - b) < 2e-6, "\(name)") }
      }
    }

    /// The objective has penalties and what callbacks make of the loss in it; its curvature too.
    @Test func curvatureOfAllParts() throws {
      let probe = Probe(looksAtCurvature: true)
      let run = try run(
        probe, callbacks: [Flooding(level: 10)], regularizers: [L2(strength: 0.3)], epochs: 1)
      var losses: [Double] = []
      run.on(.batchEnd) { losses.append($0.batchLoss) }
      try run.fit()
      for (product, differences) in probe.findings.products {
        #expect(product.contains { abs($0) > 0.1 })
        for (a, b) in zip(product, differences) { #expect(abs(a - b) < 2e-3) }
      }
      // |L − 10| + 10 = 20 − L of what is below the flood.
      for (loss, found) in zip(losses, probe.findings.values) {
        #expect(loss < 5 && found.start.value > 15)
      }
    }

    // MARK: Minima

    /// The minimum of a penalized logistic regression, where PyTorch says that it is.
    private func logistic(_ optimizer: any Optimizer, epochs: Int) throws -> [Double] {
      let reference = try #require(
        try Oracle.cases("curvature/critical_points", named: ["logistic_l2"]).first)
      let x = try #require(reference.inputs["x"]).values.map { Float($0) }
      let y = try #require(reference.inputs["y"]).values.map { Int($0) }
      let run = try Run("logistic") {
        InMemory(features: y.indices.map { Array(x[2 * $0..<2 * $0 + 2]) }, labels: y)
        SplitSettings(validation: 0)
        Model { Dense(1, initializer: Constant(0.7)) }
        BinaryCrossEntropy()
        SGD(learningRate: 1)
        L2(strength: 0.1, biases: true)
        TrainingSettings(epochs: epochs, batchSize: 5)
      }
      run.configuration.optimizer = optimizer
      run.options.writesFolder = false
      let weights = try outcome(run)
      let expected = try #require(reference.inputs["w"]).values
      let found = try #require(weights["dense_1.weight"]) + #require(weights["dense_1.bias"])
      return zip(found, expected).map { abs(Double($0) - $1) }
    }

    @Test func newtonFindsTheMinimum() throws {
      #expect(try logistic(Newton(), epochs: 6).allSatisfy { $0 < 1e-5 })
      #expect(try logistic(Newton(), epochs: 1).contains { $0 > 1e-5 })
    }

    @Test func secantsFindTheMinimum() throws {
      #expect(try logistic(LBFGS(maxIterations: 30), epochs: 2).allSatisfy { $0 < 1e-4 })
    }

    /// A full batch of a network: far lower than as many steps of descent.
    @Test func networksAreTrained() throws {
      func last(_ optimizer: any Optimizer) throws -> Double {
        let run = try run(optimizer, epochs: 15, batch: 24)
        run.configuration.metrics = []
        return try run.fit().summary.results["train"]!["loss"]!
      }
      let plain = try last(SGD(learningRate: 0.1))
      #expect(try last(LBFGS()) < plain / 20)
      #expect(try last(Newton()) < plain / 20)
    }

    /// What callbacks keep of the parameters, they keep of these too.
    @Test func averagesOfWhatWasMade() throws {
      let run = try run(LBFGS(maxIterations: 2), callbacks: [EMA(decay: 0.6, warmup: false)])
      run.configuration.data.split.validation = 0.25
      var average: [Float] = []
      var compared = 0
      run.on(.batchEnd) { state in
        let weights = try state.parameter("dense_1.weight")
        average = average.isEmpty ? weights : zip(average, weights).map { 0.6 * $0 + 0.4 * $1 }
      }
      run.on(.validationEnd, after: ["ema"]) { state in
        for (a, b) in zip(try state.parameter("dense_1.weight"), average) {
          #expect(abs(a - b) < 1e-6)
          compared += 1
        }
      }
      try run.fit()
      #expect(compared == 3 * 12)
    }

    // MARK: Mistakes

    @Test func whatDoesNotGoWithThem() throws {
      func message(
        _ optimizer: any Optimizer = LBFGS(), _ callbacks: [any Callback] = [],
        _ regularizers: [any Regularizer] = []
      ) throws -> String {
        var found = ""
        do {
          try run(optimizer, callbacks: callbacks, regularizers: regularizers).fit()
        } catch { found = "\(error)" }
        return found
      }
      let parts =
        [
          (LBFGS(), [GradientClipping(norm: 1)], [], "gradient_clipping: it changes gradients"),
          (LBFGS(), [GradientAccumulation(steps: 2)], [], "gradient_accumulation: it adds up"),
          (Newton(), [Freeze(["dense_1"])], [], "freeze: it freezes parameters, but newton"),
          (LBFGS(), [GradientFlow(every: 1)], [], "gradient_flow: it looks at gradients"),
          (LBFGS(), [], [MaxNorm(limit: 1)], "max_norm: it moves parameters after the update"),
          (SAM(LBFGS()), [], [], "lbfgs asks for losses at points of its choice"),
          (ParameterGroups([LBFGS()]), [], [], "lbfgs asks for losses at points of its choice"),
          (Newton(maxParameters: 20), [], [], "newton: the model has 21 parameters"),
          (LBFGS(), [LearningRateFinder()], [], "lbfgs chooses the length of its steps"),
        ] as [(any Optimizer, [any Callback], [any Regularizer], String)]
      for (optimizer, callbacks, regularizers, text) in parts {
        let found = try message(optimizer, callbacks, regularizers)
        #expect(found.contains(text), "\(found)")
      }
      #expect(try message().isEmpty)
    }

    @Test func rowsOfAnotherLength() throws {
      struct Careless: ObjectiveOptimizer {
        static let manifest = Manifest("careless", "loses numbers")
        var learningRate: Double { 1 }
        var part = 0
        func memory(for count: Int) -> [String: Int] { ["row": 2] }
        func step(on objective: any Objective, rate: Double) throws {
          switch part {
          case 0: objective.parameters = [1]
          case 1: _ = try objective.value(at: [1])
          case 2: _ = try objective.hessianProduct([1])
          default: objective[memory: "row"] = [1]
          }
        }
      }
      for part in 0..<4 {
        let error = #expect(throws: (any Error).self) { try run(Careless(part: part)).fit() }
        #expect(error.map { "\($0)" }?.contains(part < 3 ? "a row of 1 numbers" : "`row`") == true)
      }
    }

    @Test func plansAreOfOnePoint() throws {
      let report = try run(LBFGS()).plan()
      #expect(report.optimizerBytes == 4 * (2 * 10 * 21 + 2 * 21 + 2))
    }
  }
}
