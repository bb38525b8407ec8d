import Espalier
import EspalierFormats
import Foundation
import Synchronization
import Testing

extension EndToEnd {
  /// A run that was interrupted and resumed ends with the bits of one that was not.
  @Suite struct ResumeTests {
    /// Has all that a run remembers: momentum, statistics, a schedule with memory, early stopping with
    /// best weights, random noise and order, metrics within an epoch. 480 samples make 8 steps an epoch.
    static let dense = """
      data:
        source: {csv: {path: \(oracles)/data/digits/train.csv, target: target}}
        split: {validation: 0.2}
        normalize: [standardize]
        augment: [{feature_noise: {deviation: 0.2}}]
      model:
        - dense: {units: 24, activation: relu}
        - batch_norm
        - dropout: {rate: 0.3}
        - dense: {units: 10}
      loss: cross_entropy
      optimizer: {sgd: {learning_rate: 0.2, momentum: 0.9, nesterov: true}}
      schedule: {warmup: {steps: 5, then: {plateau: {factor: 0.5, patience: 0, threshold: 0.05}}}}
      callbacks:
        - early_stopping: {monitor: validation_loss, patience: 4}
        - json_log: {every_steps: 3}
        - checkpoint: {every_steps: 1, every_epochs: 1, keep: null, seconds: 1000}
      metrics: [accuracy, f1]
      training: {epochs: 6, batch_size: 60, seed: 3}
      """

    /// Adam, whose step number counts, and a last batch that is not full: 9 steps an epoch.
    static let images = """
      data:
        source: {csv: {path: \(oracles)/data/digits/train.csv, target: target, shape: [1, 8, 8]}}
        split: {validation: 0.2}
        normalize: [{scale: {factor: 0.0625}}]
        augment: [horizontal_flip, {random_crop: {padding: 1}}]
      model:
        - conv2d: {filters: 4, padding: same}
        - batch_norm: {activation: relu}
        - flatten
        - dense: {units: 10}
      loss: cross_entropy
      optimizer: {adamw: {learning_rate: 0.01}}
      schedule: {one_cycle: {}}
      callbacks: [{checkpoint: {every_steps: 1, every_epochs: 1, keep: null, seconds: 1000}}]
      metrics: [accuracy]
      training: {epochs: 4, batch_size: 57, seed: 3, workers: 1}
      """

    /// Windows of three batches, of which an epoch has two and one of two: checkpoints cut all of them.
    static let accumulating = dense.replacing(
      "callbacks:", with: "callbacks:\n  - gradient_accumulation: {steps: 3}")

    /// Weights that are frozen in the middle, and others that thaw after the first epoch.
    static let freezing = dense.replacing(
      "callbacks:",
      with: """
        callbacks:
          - freeze: {parameters: [dense_1], from: 2, until: 3}
          - unfreeze: {parameters: [batch_norm_1], epoch: 2}
        """)

    /// An optimizer that remembers pairs of steps and gradients.
    static let secants = dense.replacing(
      "optimizer: {sgd: {learning_rate: 0.2, momentum: 0.9, nesterov: true}}",
      with: "optimizer: {lbfgs: {history: 4, max_iterations: 3}}")

    /// Mixed samples with weights, and a loss that learns along.
    static let mixed = images.replacing(
      "augment: [", with: "balance: [class_balance]\n  augment: [mixup, cutmix, "
    ).replacing(
      "loss: cross_entropy",
      with: "loss: {weighted: {losses: [cross_entropy, kl_divergence], balance: uncertainty}}")

    /// All that a finished run left behind, without what tells the time.
    private func outcome(_ folder: String) throws -> [String: [String]] {
      var result: [String: [String]] = [:]
      for file in ["weights.safetensors", "checkpoints/last.safetensors"] {
        for (name, values) in try bits(folder + "/" + file) {
          result[file + ": " + name] = values.map { String($0, radix: 16) }
        }
      }
      let text = try SafeTensors.read(folder + "/checkpoints/last.safetensors").metadata["state"]
      var state = try #require(text.flatMap(object))
      var progress = try #require(state["progress"] as? [String: Any])
      progress["seconds"] = nil
      state["progress"] = progress
      result["state"] = [
        String(
          decoding: try JSONSerialization.data(withJSONObject: state, options: .sortedKeys),
          as: UTF8.self)
      ]
      for (column, values) in try history(folder) where column != "seconds" {
        result["history: " + column] = values
      }
      result["metrics"] = try lines(folder + "/metrics.jsonl").map { line in
        var entry = try #require(object(line))
        entry["time"] = nil
        return String(
          decoding: try JSONSerialization.data(withJSONObject: entry, options: .sortedKeys),
          as: UTF8.self)
      }
      var summary = try #require(
        object(try String(contentsOfFile: folder + "/summary.json", encoding: .utf8)))
      for key in ["seconds", "samples_per_second", "data_wait_share", "command_line"] {
        summary[key] = nil
      }
      result["summary"] = [
        String(
          decoding: try JSONSerialization.data(withJSONObject: summary, options: .sortedKeys),
          as: UTF8.self)
      ]
      return result
    }

    private func object(_ text: String) -> [String: Any]? {
      try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }

    private func expectSame(
      _ found: [String: [String]], _ whole: [String: [String]], _ what: String
    ) {
      #expect(Set(found.keys) == Set(whole.keys), "\(what)")
      for (key, values) in whole.sorted(by: { $0.key < $1.key }) where found[key] != values {
        Issue.record("\(what): \(key) is \(found[key]?.prefix(8) ?? []), not \(values.prefix(8))")
      }
    }

    private func copy(_ folder: String, _ name: String) throws -> String {
      let other = (folder as NSString).deletingLastPathComponent + "/" + name
      try FileManager.default.copyItem(atPath: folder, toPath: other)
      return other
    }

    /// Goes back to checkpoints of a finished run: its logs know rows of the time after them.
    @Test(arguments: [
      (dense, 8), (images, 9), (accumulating, 8), (freezing, 8), (secants, 8), (mixed, 9),
    ])
    func fromEveryCheckpoint(_ text: String, _ stepsPerEpoch: Int) throws {
      try withFolder { folder in
        let config = try write(text, folder)
        let first = folder + "/whole"
        try train(config, into: first)
        let whole = try outcome(first)
        let epochs = try #require(whole["history: epoch"])
        #expect(epochs == (1...epochs.count).map { "\($0)" })
        let names = [
          "step-00000001", "step-00000005", "epoch-0001", "step-0000001\(stepsPerEpoch - 7)",
          "step-\(String(repeating: "0", count: 6))\(2 * stepsPerEpoch)",
          "step-\(String(repeating: "0", count: 6))\(2 * stepsPerEpoch + 1)", "epoch-0003",
        ]
        for name in names {
          let again = try copy(first, "again-\(name)")
          try resume(again, checkpoint: name)
          expectSame(try outcome(again), whole, name)
        }
      }
    }

    /// Stops runs at a step, as an error or a callback's decision, and goes on from `last`.
    @Test(arguments: [(dense, 8), (images, 9), (accumulating, 8), (freezing, 8), (mixed, 9)])
    func afterAnInterruption(_ text: String, _ stepsPerEpoch: Int) throws {
      try withFolder { folder in
        let config = try write(text, folder)
        let never = Hook([.batchEnd, .epochEnd]) { _, _ in .proceed }
        try train(config, into: folder + "/whole", hooks: [never])
        let whole = try outcome(folder + "/whole")
        for step in [1, 5, stepsPerEpoch, stepsPerEpoch + 3, 3 * stepsPerEpoch] {
          let run = folder + "/stop-\(step)"
          let stop = Hook([.batchEnd, .epochEnd]) { event, run in
            event == .batchEnd && run.step == step ? .stop("enough") : .proceed
          }
          let end = try train(config, into: run, hooks: [stop]).end
          #expect(end == .stopped("enough"))
          let rows = try history(run)["step"]
          #expect(rows?.count == step / stepsPerEpoch)
          try resume(run, hooks: [never])
          expectSame(try outcome(run), whole, "stopped at \(step)")
        }
        // Twice, the second time in the same epoch.
        let run = folder + "/twice"
        for step in [stepsPerEpoch + 1, stepsPerEpoch + 4] {
          let stop = Hook([.batchEnd, .epochEnd]) { event, run in
            event == .batchEnd && run.step == step ? .stop("enough") : .proceed
          }
          if step == stepsPerEpoch + 1 {
            try train(config, into: run, hooks: [stop])
          } else {
            try resume(run, hooks: [stop])
          }
        }
        try resume(run, hooks: [never])
        expectSame(try outcome(run), whole, "stopped twice")
      }
    }

    @Test func afterAFailure() throws {
      struct Broken: Error {}
      try withFolder { folder in
        let config = try write(Self.dense, folder)
        let never = Hook([.batchLoaded]) { _, _ in .proceed }
        try train(config, into: folder + "/whole", hooks: [never])
        let run = folder + "/failed"
        let failing = Hook([.batchLoaded]) { _, run in
          if run.step == 11 { throw PluginError("the disk is gone") }
          return .proceed
        }
        let error = #expect(throws: RunFailure.self) {
          try train(config, into: run, hooks: [failing])
        }
        #expect(error?.message.contains("the disk is gone") == true)
        #expect(error?.folder == run)
        let summary = try String(contentsOfFile: run + "/summary.json", encoding: .utf8)
        #expect(summary.contains("\"failed\""))
        try resume(run, checkpoint: "failure", hooks: [never])
        expectSame(try outcome(run), try outcome(folder + "/whole"), "after a failure")
      }
    }

    /// A finished run with more epochs set goes on to where one with as many from the start ends.
    @Test(arguments: [dense, freezing]) func withMoreEpochs(_ text: String) throws {
      try withFolder { folder in
        let text = text.replacing("patience: 4", with: "patience: 40")
        let config = try write(text, folder)
        try train(config, sets: ["training.epochs=5"], into: folder + "/whole")
        try train(config, sets: ["training.epochs=2"], into: folder + "/short")
        try resume(folder + "/short", sets: ["training.epochs=5"])
        expectSame(
          try outcome(folder + "/short"), try outcome(folder + "/whole"), "with more epochs")
      }
    }

    /// The best weights of a larger model wait in a file.
    @Test func withBestWeightsInAFile() throws {
      let text = Self.dense.replacing("units: 24", with: "units: 1024, activation: relu}")
        .replacing("activation: relu}, activation: relu}", with: "activation: relu}")
        .replacing("- batch_norm\n", with: "- dense: {units: 1040, activation: relu}\n")
        .replacing("0.2, momentum", with: "0.02, momentum")
        .replacing("epochs: 6", with: "epochs: 3")
        .replacing("every_steps: 1, every_epochs: 1", with: "every_epochs: 1")
      try withFolder { folder in
        let config = try write(text, folder)
        // From the second epoch on the model is worse than it was.
        let spoil = Hook([.epochStart]) { _, run in
          if run.epoch == 2 {
            try run.setParameter(
              "dense_3.bias", (0..<10).map { $0 == 3 ? 50 : 0 })
          }
          return .proceed
        }
        let first = folder + "/whole"
        let result = try train(config, into: first, hooks: [spoil])
        #expect(result.bestEpoch == 1)
        let best = try bits(first + "/checkpoints/epoch-0001.safetensors")
        let final = try bits(first + "/weights.safetensors")
        #expect(final.values.reduce(0) { $0 + $1.count } > 1 << 20)
        for (name, values) in final { #expect(values == best[name], "\(name)") }
        for name in ["epoch-0001", "epoch-0002"] {
          let again = try copy(first, "again-\(name)")
          try resume(again, checkpoint: name, hooks: [spoil])
          expectSame(try outcome(again), try outcome(first), name)
        }
        let files = try FileManager.default.subpathsOfDirectory(atPath: first)
        #expect(!files.contains { $0.hasSuffix(".tmp") || $0.hasSuffix(".lock") }, "\(files)")
      }
    }

    /// Nobody else trains a run while it is being trained.
    @Test func oneAtATime() throws {
      try withFolder { folder in
        let config = try write(
          Self.dense.replacing("epochs: 6", with: "epochs: 2"), folder)
        let run = folder + "/run"
        let messages = Mutex<[String]>([])
        let intruding = Hook([.batchEnd]) { _, state in
          guard state.step == 9 else { return .proceed }
          var options = TrainingOptions()
          options.output = run
          options.force = true
          let others: [() throws -> Void] = [
            { try resume(run, checkpoint: "epoch-0001") },
            {
              _ = try Training.run(
                load(config), catalog: builtIn.get(), defaults: quiet, options: options)
            },
          ]
          for other in others {
            do { try other() } catch let failure as RunFailure {
              messages.withLock { $0.append(failure.message) }
            }
          }
          return .proceed
        }
        try train(config, into: run, hooks: [intruding])
        let said = messages.withLock { $0 }
        #expect(said.count == 2)
        for message in said {
          #expect(
            message.contains("\(run) is in use: process \(getpid()) trains the run in it"),
            "\(message)")
        }
        // The run was not touched, and is free again.
        #expect(try history(run)["epoch"] == ["1", "2"])
        try resume(run, sets: ["training.epochs=3"])
        #expect(try history(run)["epoch"] == ["1", "2", "3"])
        // What a killed process left behind holds nobody up.
        _ = try write("1\n", run, "process.lock")
        try resume(run, sets: ["training.epochs=4"])
        #expect(try history(run)["epoch"]?.count == 4)
      }
    }
  }
}
