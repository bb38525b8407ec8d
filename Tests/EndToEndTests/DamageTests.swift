import Espalier
import Foundation
import Testing

extension EndToEnd {
  /// What does not fit is refused with words that help, and never trained on.
  @Suite struct DamageTests {
    static let config = """
      data:
        source: {csv: {path: \(oracles)/data/wine/train.csv, target: target}}
        normalize: [standardize]
      model:
        - dense: {units: 5, activation: tanh}
        - dense: {units: 3}
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.01}}
      metrics: [accuracy]
      training: {epochs: 2, batch_size: 20}
      """

    private func withRun(_ body: (_ run: String, _ checkpoint: String) throws -> Void) throws {
      try withFolder { folder in
        let run = folder + "/run"
        try train(try write(Self.config, folder), into: run)
        try body(run, run + "/checkpoints/last.safetensors")
      }
    }

    private func message(_ body: () throws -> Void) -> String? {
      do {
        try body()
        return nil
      } catch { return "\(error)" }
    }

    @Test func truncatedCheckpoints() throws {
      try withRun { run, path in
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for count in [0, 7, 8, 100, whole.count / 2, whole.count - 4, whole.count - 1] {
          try whole.prefix(count).write(to: URL(fileURLWithPath: path))
          let text = message { try resume(run) }
          #expect(
            text?.contains("last.safetensors") == true, "\(count) bytes: \(text ?? "accepted")")
        }
        try (whole + [0]).write(to: URL(fileURLWithPath: path))
        #expect(message { try resume(run) } != nil)
        try whole.write(to: URL(fileURLWithPath: path))
        #expect(message { try resume(run) } == nil)
      }
    }

    /// Any single bit, in header and numbers alike.
    @Test func flippedBits() throws {
      try withRun { run, path in
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var accepted: [Int] = []
        for index in 0..<300 {
          let place = index * (whole.count - 1) / 299
          var damaged = whole
          damaged[place] ^= 1 << UInt8(index % 8)
          try damaged.write(to: URL(fileURLWithPath: path))
          guard let text = message({ try resume(run) }) else {
            accepted.append(place)
            continue
          }
          if !text.contains("last.safetensors") {
            Issue.record("byte \(place): \(text)")
            return
          }
        }
        #expect(accepted.isEmpty)
      }
    }

    @Test func otherConfigs() throws {
      try withRun { run, _ in
        for (set, words) in [
          ("model[0].dense.units=6", ["dense_1", "config was changed"]),
          ("model[0].dense.bias=false", ["checkpoint", "config"]),
          ("optimizer={sgd: {momentum: 0.9}}", ["optimizer", "config was changed"]),
        ] {
          let text = message { try resume(run, sets: [set]) } ?? "accepted"
          for word in words { #expect(text.contains(word), "\(set): \(text)") }
        }
      }
    }

    /// What a run goes on with may be set, and displays differ from place to place.
    @Test func otherCallbacks() throws {
      try withRun { run, _ in
        let hook = Hook([.epochEnd]) { _, _ in .proceed }
        let set =
          "callbacks=[{flooding: {level: 0}}, {early_stopping: {patience: 1, min_delta: 10}}]"
        let result = try resume(run, sets: ["training.epochs=9", set], hooks: [hook])
        // The new one begins afresh: its first epoch is the best, the next one no better.
        #expect(result.summary.epochs == 4)
        guard case .stopped = result.end else {
          Issue.record("ended with \(result.end)")
          return
        }
        let rows = try history(run)["epoch"]
        #expect(rows == ["1", "2", "3", "4"])
      }
    }

    @Test func missingFiles() throws {
      try withRun { run, path in
        #expect(message { try resume(run, checkpoint: "step-7") }?.contains("step-7") == true)
        try FileManager.default.removeItem(atPath: path)
        #expect(message { try resume(run) }?.contains("no checkpoint to resume from") == true)
        #expect(
          message { try resume(run + "/nothing") }?.contains("there is no such folder") == true)
      }
    }

    @Test func foldersThatHoldARun() throws {
      try withRun { run, _ in
        let config = (run as NSString).deletingLastPathComponent + "/config.yaml"
        let before = try bits(run + "/weights.safetensors")
        let text = message { try train(config, sets: ["training.seed=2"], into: run) }
        #expect(text?.contains("--force") == true)
        #expect(try bits(run + "/weights.safetensors") == before)
      }
    }

    @Test func damagedWeights() throws {
      try withRun { run, _ in
        let path = run + "/weights.safetensors"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        func opened() -> String? {
          message { _ = try TrainedRun.open(run, catalog: builtIn.get(), defaults: quiet) }
        }
        #expect(opened() == nil)
        for count in [0, 20, whole.count - 3] {
          try whole.prefix(count).write(to: URL(fileURLWithPath: path))
          #expect(opened()?.contains("weights.safetensors") == true, "\(count) bytes")
        }
        // The other name sorts as the first did, and is as long.
        let renamed = Data(
          Array(whole).replacing(Array("dense_2.weight".utf8), with: Array("dense_2.wright".utf8)))
        try renamed.write(to: URL(fileURLWithPath: path))
        #expect(opened()?.contains("dense_2.weight") == true)
        try FileManager.default.removeItem(atPath: path)
        #expect(opened()?.contains("weights.safetensors") == true)
        try whole.write(to: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: run + "/transforms/transforms.json")
        #expect(opened()?.contains("transforms.json") == true)
      }
    }
  }
}
