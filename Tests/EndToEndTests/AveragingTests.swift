import Espalier
import EspalierFormats
import EspalierReferences
import Foundation
import Testing

extension EndToEnd {
  /// Averages of weights, and statistics that are measured over the training samples.
  @Suite struct AveragingTests {
    static let references = Result { try Oracle.cases("../callbacks/swa") }

    private func run(
      _ reference: OracleCase, statistics: BatchNorm.Statistics = .running,
      callbacks: [any Callback]
    ) throws -> Run {
      func rows(_ name: String) throws -> [[Float]] {
        let array = try #require(reference.inputs[name])
        let width = array.shape[1]
        return (0..<array.shape[0]).map { row in
          (0..<width).map { Float(array.values[row * width + $0]) }
        }
      }
      let run = try Run("swa") {
        InMemory(features: try rows("x"), values: try rows("y"))
        SplitSettings(validation: 0)
        Model {
          Dense(5)
          BatchNorm(statistics: statistics, activation: Tanh())
          Dense(2)
        }
        MeanSquaredError()
        SGD(learningRate: try #require(reference.number("rate")), momentum: 0.9)
        TrainingSettings(epochs: 6, batchSize: 6, shuffle: false)
      }
      run.configuration.callbacks = callbacks
      run.options.writesFolder = false
      run.on(.runStart) { state in
        guard state.step == 0 else { return }
        for (name, values) in reference.inputs where name.hasPrefix("start.") {
          try state.setParameter(String(name.dropFirst(6)), values.values.map { Float($0) })
        }
      }
      return run
    }

    private func swa(_ reference: OracleCase) throws -> SWA {
      let first = try #require(reference.number("first"))
      let every = try #require(reference.number("every"))
      return SWA(from: Int(first), every: Int(every), learningRate: reference.number("swa_rate"))
    }

    /// What a run leaves in a folder, with its summary.
    private func weights(_ run: Run) throws -> [String: [Double]] {
      try withFolder { folder in
        run.options.writesFolder = true
        run.options.output = folder + "/run"
        try run.fit()
        let file = try SafeTensors.read(folder + "/run/weights.safetensors")
        return Dictionary(
          uniqueKeysWithValues: try file.names.map {
            ($0, try file.tensor($0).values.map { Double($0) })
          })
      }
    }

    private func compare(
      _ found: [String: [Double]], _ reference: OracleCase, _ prefix: String
    ) throws {
      let expected = reference.outputs.filter { $0.key.hasPrefix(prefix) }
      #expect(expected.count == found.count && found.count == 8)
      for (name, value) in expected {
        let own = try #require(found[String(name.dropFirst(prefix.count))])
        let difference = reference.difference(
          name, .init(value.shape, own), value, precision: .single)
        if let difference { Issue.record("\(reference.id): \(difference)") }
      }
    }

    @Test(arguments: try references.get()) func meanOfWeights(_ reference: OracleCase) throws {
      let run = try run(reference, callbacks: [swa(reference)])
      let found = try weights(run)
      try compare(found, reference, "average.")
      let loss = try run.evaluate(.train)["loss"]
      #expect(abs(loss! - reference.outputs["loss"]!.values[0]) < 1e-4)
    }

    /// The mean is the result, also where a callback keeps the best weights.
    @Test func theMeanIsTheResult() throws {
      let reference = try Self.references.get()[0]
      let run = try run(
        reference, callbacks: [Checkpoint(monitor: "train_loss"), swa(reference)])
      try compare(weights(run), reference, "average.")
    }

    /// Without `from`, the last quarter of the epochs counts: the fifth and the sixth.
    @Test func shareOfTheRun() throws {
      let reference = try Self.references.get()[0]
      var kept: [[Float]] = []
      let run = try run(reference, callbacks: [SWA(after: 0.7)])
      run.on(.epochEnd) { kept.append(try $0.parameter("dense_2.weight")) }
      let found = try weights(run)
      let mean = zip(kept[4], kept[5]).map { Double($0 + $1) / 2 }
      for (a, b) in zip(try #require(found["dense_2.weight"]), mean) { #expect(abs(a - b) < 1e-6) }
    }

    /// A run that ends before its first average has its last weights for its result.
    @Test func nothingAveraged() throws {
      let reference = try Self.references.get()[0]
      let plain = try weights(run(reference, callbacks: []))
      #expect(try weights(run(reference, callbacks: [SWA(from: 7)])) == plain)
      #expect(try weights(run(reference, callbacks: [SWA(from: 6)])) != plain)
    }

    @Test func goesOnToTheSameBits() throws {
      let reference = try Self.references.get()[1]
      let whole = try run(reference, callbacks: [swa(reference)])
      let expected = try weights(whole)
      try withFolder { folder in
        let first = try run(reference, callbacks: [swa(reference)])
        first.configuration.training.epochs = 4
        first.options.writesFolder = true
        first.options.output = folder + "/run"
        try first.fit()
        let second = try run(reference, callbacks: [swa(reference)])
        try second.resume(folder + "/run")
        let file = try SafeTensors.read(folder + "/run/weights.safetensors")
        for (name, values) in expected {
          #expect(try file.tensor(name).values.map { Double($0) } == values, "\(name)")
        }
      }
    }

    // MARK: Exact statistics

    @Test(arguments: try references.get()) func exactStatistics(_ reference: OracleCase) throws {
      let rate = try #require(reference.number("swa_rate"))
      let first = Int(try #require(reference.number("first")))
      let run = try run(reference, statistics: .exact, callbacks: [])
      run.on(.batchLoaded) { if $0.epoch >= first { $0.learningRate = rate } }
      try compare(weights(run), reference, "last.")
    }

    /// What is validated, kept as the best and saved has the exact statistics.
    @Test func validationSeesExactStatistics() throws {
      let reference = try Self.references.get()[0]
      func results(_ statistics: BatchNorm.Statistics) throws -> (
        during: [Double], best: Double?, after: Double?
      ) {
        let run = try run(
          reference, statistics: statistics, callbacks: [Checkpoint(monitor: "validation_loss")])
        // The same samples for validation: the loss is known again at the end.
        run.configuration.data.validationSource = run.configuration.data.source
        var during: [Double] = []
        run.on(.validationEnd) { during.append($0.metrics["validation_loss"]!) }
        let result = try run.fit()
        return (during, result.bestEpoch.map { during[$0 - 1] }, result.metrics["validation_loss"])
      }
      let exact = try results(.exact)
      let running = try results(.running)
      #expect(exact.best == exact.after && exact.best == exact.during.min())
      #expect(zip(exact.during, running.during).allSatisfy { abs($0 - $1) > 1e-4 })
    }

    /// Dropout is off, noise on samples too, and a rest of one sample takes no part.
    @Test func otherRandomLayersAreOff() throws {
      let features: [[Float]] = (0..<13).map { (row: Int) -> [Float] in
        [Float(row), Float(row * row) / 10]
      }
      func statistics(_ samples: Int) throws -> [String: [Double]] {
        try weights(
          Run("statistics") {
            InMemory(
              features: Array(features[..<samples]), values: features[..<samples].map { $0[0] })
            SplitSettings(validation: 0)
            FeatureNoise(deviation: 1)
            Model {
              Dropout(0.5)
              BatchNorm(statistics: .exact)
              Dense(1)
            }
            MeanSquaredError()
            SGD(learningRate: 1e-9)
            TrainingSettings(epochs: 1, batchSize: 6, dropLast: true)
          })
      }
      let found = try statistics(13)
      // Batches 0…5 and 6…11.
      #expect(found["batch_norm_1.running_mean"]?[0] == 5.5)
      #expect(abs(try #require(found["batch_norm_1.running_var"])[0] - 3.5) < 1e-5)
      let fewer = try statistics(12)
      for name in ["batch_norm_1.running_mean", "batch_norm_1.running_var"] {
        #expect(fewer[name] == found[name])
      }
    }
  }
}
