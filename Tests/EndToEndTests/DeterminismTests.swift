import Espalier
import Testing

extension EndToEnd {
  /// One seed is one result, whatever computes it.
  @Suite struct DeterminismTests {
    static let dense = """
      data:
        source: {csv: {path: \(oracles)/data/digits/train.csv, target: target}}
        split: {validation: 0.2}
        normalize: [standardize]
        augment: [{feature_noise: {deviation: 0.1}}]
      model:
        - dense: {units: 96, activation: relu}
        - batch_norm
        - dropout: {rate: 0.3}
        - dense: {units: 10}
      loss: {cross_entropy: {label_smoothing: 0.1}}
      optimizer: {adam: {learning_rate: 0.003}}
      metrics: [accuracy]
      training: {epochs: 3, batch_size: 37, seed: 5}
      """

    static let images = """
      data:
        source: {csv: {path: \(oracles)/data/digits/train.csv, target: target, shape: [1, 8, 8]}}
        split: {validation: 0.2}
        normalize: [{scale: {factor: 0.0625}}]
        augment: [horizontal_flip, {random_crop: {padding: 1}}]
      model:
        - conv2d: {filters: 6, padding: same}
        - batch_norm: {activation: relu}
        - max_pool
        - conv2d: {filters: 9, padding: 1, activation: relu}
        - flatten
        - dropout: {rate: 0.2}
        - dense: {units: 10}
      loss: cross_entropy
      optimizer: {sgd: {learning_rate: 0.05, momentum: 0.9}}
      schedule: cosine
      metrics: [accuracy]
      training: {epochs: 3, batch_size: 37, seed: 5}
      """

    /// Mixed samples with weights, and a loss that learns along.
    static let mixed = images.replacing(
      "augment: [", with: "balance: [class_balance]\n  augment: [mixup, cutmix, "
    ).replacing(
      "loss: cross_entropy",
      with: "loss: {weighted: {losses: [cross_entropy, kl_divergence], balance: uncertainty}}")

    private struct Outcome: Equatable {
      var weights: [String: [UInt32]]
      var losses: [UInt64]
      var epochs: [[String: UInt64]]
    }

    private func outcome(_ config: String, _ sets: [String]) throws -> Outcome {
      let record = Record()
      try train(config, sets: sets, hooks: [record.hook()])
      return Outcome(
        weights: record.weightBits, losses: record.losses.map(\.bitPattern),
        epochs: record.epochs.map { $0.mapValues(\.bitPattern) })
    }

    @Test(arguments: [dense, images, mixed]) func oneSeedIsOneResult(_ text: String) throws {
      try withFolder { folder in
        let config = try write(text, folder)
        let first = try outcome(config, ["training.threads=1", "training.workers=0"])
        #expect(first.losses.count == 39 && first.epochs.count == 3)
        for sets in [
          ["training.threads=1", "training.workers=0"],
          ["training.threads=2", "training.workers=0"],
          ["training.threads=2", "training.workers=1"],
          ["training.threads=1", "training.workers=2"], [],
        ] {
          let other = try outcome(config, sets)
          #expect(other == first, "\(sets)")
        }
      }
    }

    @Test(arguments: [dense, images, mixed]) func anotherSeedIsAnotherResult(_ text: String) throws
    {
      try withFolder { folder in
        let config = try write(text, folder)
        let first = try outcome(config, [])
        let other = try outcome(config, ["training.seed=6"])
        #expect(first.losses[0] != other.losses[0])
        for (name, values) in first.weights {
          let second = try #require(other.weights[name])
          #expect(values != second, "\(name)")
        }
      }
    }

    /// What random changes there are comes from the seed too: the same weights and order, other noise.
    @Test func augmentationAndDropoutTakePart() throws {
      try withFolder { folder in
        let config = try write(Self.dense, folder)
        let first = try outcome(config, [])
        #expect(try outcome(config, ["data.augment=[]"]) != first)
        #expect(try outcome(config, ["model[2].dropout.rate=0"]) != first)
      }
    }
  }
}
