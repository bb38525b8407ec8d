import EspalierProtocols

/// An augmentation that mixes samples, on a batch of four with three classes and weights.
struct MixingTrial {
  private let augmentation: any BatchAugmentation
  private let shape: Shape
  private let samples = 4
  private let classes = 3
  private let draws = 32
  private let features: [Float]
  private let targets: [Float]
  private let weights: [Float] = [1, 0.5, 2, 0]

  init(_ augmentation: any BatchAugmentation, _ shape: Shape) {
    self.augmentation = augmentation
    self.shape = shape
    features = Evaluation.Array.uneven(Shape([samples] + shape.dimensions)).floats
    targets = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0]
  }

  struct Result: Equatable {
    var features: [Float]
    var targets: [Float]
    var weights: [Float]
  }

  func result(draw: Int) -> Result {
    var result = Result(features: features, targets: targets, weights: weights)
    var random = CounterRandom(seed: 11, stream: "conformance").fork(UInt64(draw))
    result.features.withUnsafeMutableBufferPointer { x in
      result.targets.withUnsafeMutableBufferPointer { y in
        result.weights.withUnsafeMutableBufferPointer { w in
          features.withUnsafeBufferPointer { originals in
            targets.withUnsafeBufferPointer { originalTargets in
              weights.withUnsafeBufferPointer { originalWeights in
                var batch = SampleBatch(
                  count: samples, shape: shape, features: x, originals: originals,
                  targetWidth: classes, targets: y, originalTargets: originalTargets, weights: w,
                  originalWeights: originalWeights)
                augmentation.mix(&batch, random: &random)
              }
            }
          }
        }
      }
    }
    return result
  }

  func check() throws {
    let name = augmentation.pluginName
    var changes = false
    for draw in 0..<draws {
      let found = result(draw: draw)
      if let place = found.features.firstIndex(where: { !$0.isFinite }) {
        throw ConformanceFailure(
          name, "element \(place) becomes \(found.features[place]), all were finite before")
      }
      for sample in 0..<samples {
        let shares = found.targets[sample * classes..<(sample + 1) * classes]
        let sum = shares.reduce(0, +)
        // A sample that counts nothing may have any target.
        guard found.weights[sample] == 0 || abs(sum - 1) < 1e-5 && shares.allSatisfy({ $0 >= 0 })
        else { throw ConformanceFailure(name, "the shares of classes become \(Array(shares))") }
        guard found.weights[sample] >= 0 else {
          throw ConformanceFailure(name, "a weight becomes \(found.weights[sample])")
        }
      }
      guard result(draw: draw) == found else {
        throw ConformanceFailure(
          name, "the same batch and random sequence give two results in draw \(draw)")
      }
      changes = changes || found.features != features
    }
    guard changes else {
      throw ConformanceFailure(name, "leaves the batch as it is in \(draws) draws")
    }
    let together = concurrently(8) { result(draw: $0) }
    for (draw, found) in together.enumerated() where found != result(draw: draw) {
      throw ConformanceFailure(
        name, "draw \(draw) differs when other threads work at the same time")
    }
  }
}
