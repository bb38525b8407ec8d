import EspalierHost
import EspalierProtocols
import EspalierReferences
import Foundation
import Testing

extension EndToEnd {
  /// Products of 16 bits, and the scale of the loss.
  @Suite struct MixedPrecisionTests {
    static func config(_ mixed: String, more: String = "", epochs: Int = 1) -> String {
      """
      data:
        source: {synthetic: {kind: blobs, samples: 240, features: 6, classes: 3}}
        split: {validation: 0, test: 0}
      model: [{dense: {units: 12}}, tanh, {dense: {units: 3}}]
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.01}}
      callbacks: [{mixed_precision: \(mixed)}\(more)]
      training: {epochs: \(epochs), batch_size: 8, seed: 3}
      """
    }

    /// Makes the gradients of some steps infinite.
    static func spoiling(_ bad: [Bool], _ seen: @escaping @Sendable (any RunState) -> Void) -> Hook
    {
      Hook([.batchLoaded]) { _, run in
        seen(run)
        if run.step < bad.count, bad[run.step] { run.batch.features[0] = .infinity }
        return .proceed
      }
    }

    @Test func dynamicScale() throws {
      let reference = try #require(
        try Oracle.cases("training_aids/mixed_precision", named: ["dynamic_loss_scale"]).first)
      let bad = reference.inputs["found_inf"]!.values.map { $0 == 1 }
      let scales = Kept<Double>()
      let end = Kept<LossScale?>()
      try withFolder { folder in
        let config = Self.config("{scaling: dynamic, growth_interval: 4}")
        try train(
          write(config, folder),
          hooks: [
            Self.spoiling(bad) { scales.add($0.lossScale?.value ?? 0) },
            Hook([.runEnd]) { _, run in
              end.add(run.lossScale)
              return .proceed
            },
          ])
      }
      #expect(scales.all == reference.outputs["scale_used_at_step"]!.values)
      let last = try #require(end.all.last ?? nil)
      #expect(last.value == reference.outputs["final_scale"]!.values[0])
      #expect(Double(last.updates) == reference.outputs["steps_applied"]!.values[0])
      #expect(last.skipped == bad.count { $0 })
    }

    /// A batch whose update is left out leaves no trace, in the optimizer's count of updates neither.
    @Test(arguments: [false, true]) func leftOutUpdates(_ looksAtGradients: Bool) throws {
      let bad = (0..<30).map { [4, 5, 17].contains($0) }
      try withFolder { folder in
        let path = try write(Self.config("{scaling: fixed}", more: ", {ema: {decay: 0.9}}"), folder)
        let (mine, theirs) = (Record(), Record())
        try train(
          path, hooks: [Self.spoiling(bad) { _ in }, mine.hook(gradients: looksAtGradients)])
        // Batches that are left out beforehand are neither steps nor updates.
        let place = Kept<Int>()
        let leavingOut = Hook([.batchLoaded]) { _, _ in
          place.add(0)
          return bad[place.all.count - 1] ? .skipBatch : .proceed
        }
        try train(path, hooks: [leavingOut, theirs.hook()])
        #expect(mine.weightBits == theirs.weightBits)
        #expect(!mine.weightBits.isEmpty)
      }
    }

    @Test func scaleChangesNoBit() throws {
      try withFolder { folder in
        var all: [[String: [UInt32]]] = []
        for (index, mixed) in ["{scaling: none}", "{scaling: fixed}"].enumerated() {
          let record = Record()
          let text = Self.config(mixed, more: ", {gradient_accumulation: {steps: 3}}")
          try train(write(text, folder, "\(index).yaml"), hooks: [record.hook()])
          all.append(record.weightBits)
        }
        #expect(all[0] == all[1])
        let record = Record()
        let plain = Self.config("{keep: ['*']}", more: ", {gradient_accumulation: {steps: 3}}")
        try train(write(plain, folder, "plain.yaml"), hooks: [record.hook()])
        #expect(record.weightBits != all[0])
      }
    }

    /// Layers that are kept are those of a run without it.
    @Test func keptLayers() throws {
      try withFolder { folder in
        let (mixed, plain) = (Record(), Record())
        try train(write(Self.config("{keep: ['dense_*']}"), folder), hooks: [mixed.hook()])
        let text = Self.config("x").replacingOccurrences(of: "{mixed_precision: x}", with: "")
        try train(write(text, folder), hooks: [plain.hook()])
        #expect(mixed.weightBits == plain.weightBits)
      }
    }

    @Test func resumedRun() throws {
      try withFolder { folder in
        let text = Self.config("{type: fp16, growth_interval: 7}", epochs: 4)
        let whole = try train(write(text, folder), into: folder + "/whole")
        let stop = Hook([.epochEnd]) { _, run in run.epoch == 2 ? .stop("enough") : .proceed }
        try train(write(text, folder), into: folder + "/parts", hooks: [stop])
        try resume(folder + "/parts")
        #expect(whole.history.last?.metrics["loss_scale"] ?? 0 > 65536)
        #expect(
          try bits(folder + "/whole/weights.safetensors")
            == bits(folder + "/parts/weights.safetensors"))
      }
    }

    /// The same bits after a stop, and with one thread or two, where values lie in 16 bits.
    @Test func bitsOfStoredValues() throws {
      try withFolder { folder in
        let text = """
          data:
            source: {synthetic: {kind: blobs, samples: 96, features: 128, classes: 3}}
            split: {validation: 0, test: 0}
          model:
            - reshape: {shape: [2, 8, 8]}
            - conv2d: {filters: 8, kernel: 3, padding: same, bias: false}
            - batch_norm
            - relu
            - residual:
                activation: relu
                layers: [{conv2d: {filters: 8, kernel: 3, padding: same}}, batch_norm, relu]
            - flatten
            - dense: {units: 16, activation: gelu}
            - dense: {units: 3}
          loss: cross_entropy
          optimizer: {adam: {learning_rate: 0.01}}
          callbacks: [{mixed_precision: {type: bf16}}]
          training: {epochs: 3, batch_size: 9, seed: 3}
          """
        let path = try write(text, folder)
        try train(path, into: folder + "/whole")
        let stop = Hook([.epochEnd]) { _, run in run.epoch == 2 ? .stop("enough") : .proceed }
        try train(path, into: folder + "/parts", hooks: [stop])
        try resume(folder + "/parts")
        let whole = try bits(folder + "/whole/weights.safetensors")
        #expect(try whole == bits(folder + "/parts/weights.safetensors"))
        try train(path, into: folder + "/one", threads: 1)
        try train(path, into: folder + "/two", threads: 2)
        #expect(
          try bits(folder + "/one/weights.safetensors")
            == bits(folder + "/two/weights.safetensors"))
        let plain = text.replacingOccurrences(
          of: "callbacks: [{mixed_precision: {type: bf16}}]", with: "")
        func report(_ text: String) throws -> PlanReport {
          try PlanReport(
            load(write(text, folder, "plan.yaml")), catalog: builtIn.get(), defaults: quiet)
        }
        let (mixed, float32) = (try report(text), try report(plain))
        #expect(mixed.shortValues >= 8 && mixed.text.contains("values in bf16"))
        #expect(float32.shortValues == 0 && !float32.text.contains("bf16"))
        #expect(mixed.temporaryBytes < float32.temporaryBytes * 3 / 4)
      }
    }

    @Test func whereItCannotBe() throws {
      try withFolder { folder in
        let text = Self.config("{type: fp16}").replacingOccurrences(
          of: "adam: {learning_rate: 0.01}", with: "lbfgs")
        #expect {
          try train(write(text, folder))
        } throws: {
          "\($0)".contains("mixed_precision: it leaves out updates that overflow, but lbfgs")
        }
      }
    }

    /// Infinite whatever the scale.
    @Test func hopeless() throws {
      try withFolder { folder in
        let text = Self.config("{scaling: dynamic}", epochs: 9)
        let spoiler = Hook([.batchLoaded]) { _, run in
          run.batch.features[0] = .infinity
          return .proceed
        }
        #expect {
          try train(write(text, folder), hooks: [spoiler])
        } throws: {
          "\($0)".contains("gradients were not finite whatever the scale of the loss: 60 updates")
        }
      }
    }
  }
}

/// What a run's callbacks keep, which are called from one thread.
private final class Kept<Element>: @unchecked Sendable {
  private(set) var all: [Element] = []
  func add(_ element: Element) { all.append(element) }
}
