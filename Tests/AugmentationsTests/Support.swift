import EspalierAugmentations
import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

extension Augmentation {
  /// A sample after the augmentation.
  func applied(
    to values: [Float], _ shape: Shape, random: CounterRandom = CounterRandom(seed: 1, stream: 2)
  ) -> [Float] {
    var sample = values
    var scratch = [Float](repeating: .nan, count: values.count)
    var random = random
    sample.withUnsafeMutableBufferPointer { sample in
      scratch.withUnsafeMutableBufferPointer { scratch in
        augment(sample, shape: shape, scratch: scratch, random: &random)
      }
    }
    return sample
  }
}

/// Compares with an oracle of one image.
func problem(_ reference: OracleCase, _ augmentation: any Augmentation) -> String? {
  let x = reference.inputs["x"]!
  let y = augmentation.applied(to: x.values.map { Float($0) }, x.shape)
  let found = Evaluation.Array(x.shape, y.map { Double($0) })
  return reference.difference("y", found, reference.outputs["y"]!, precision: .single)
}

/// Compares a change that is made to an image in place with every case of a file.
func checkImages(
  _ file: String, named names: Set<String>? = nil,
  _ change: (
    OracleCase, _ sample: UnsafeMutableBufferPointer<Float>, ImageShape,
    _ scratch: UnsafeMutableBufferPointer<Float>
  ) -> Void
) throws {
  let cases = try Oracle.cases(file, named: names)
  #expect(!cases.isEmpty, "no cases in \(file)")
  for reference in cases {
    let x = reference.inputs["x"]!
    var sample = x.values.map { Float($0) }
    var scratch = [Float](repeating: .nan, count: sample.count)
    sample.withUnsafeMutableBufferPointer { sample in
      scratch.withUnsafeMutableBufferPointer { scratch in
        change(reference, sample, ImageShape(x.shape)!, scratch)
      }
    }
    let problem = reference.difference(
      "y", .init(x.shape, sample.map { Double($0) }), reference.outputs["y"]!, precision: .single)
    #expect(problem == nil, "\(reference.id): \(problem ?? "")")
  }
}

/// What an augmentation makes of a sample in many draws.
func draws(
  _ augmentation: some Augmentation, of values: [Float], _ shape: Shape, count: Int = 400
) -> [[Float]] {
  let base = CounterRandom(seed: 3, stream: "draws")
  return (0..<count).map {
    augmentation.applied(to: values, shape, random: base.fork(UInt64($0)))
  }
}

/// An image whose rows are given as lines of digits.
func image(_ lines: [String]) -> [Float] { lines.joined().map { Float(String($0))! } }

/// A batch that an augmentation mixes.
struct MixingBatch {
  let shape: Shape
  var features: [Float]
  var targets: [Float]
  var weights: [Float]

  init(_ features: [Float], _ shape: Shape, _ targets: [Float], weights: [Float] = []) {
    self.features = features
    self.shape = shape
    self.targets = targets
    self.weights = weights
  }

  mutating func change(_ body: (inout SampleBatch) -> Void) {
    let (oldFeatures, oldTargets, oldWeights) = (features, targets, weights)
    let count = features.count / shape.count
    features.withUnsafeMutableBufferPointer { x in
      targets.withUnsafeMutableBufferPointer { y in
        weights.withUnsafeMutableBufferPointer { w in
          oldFeatures.withUnsafeBufferPointer { originals in
            oldTargets.withUnsafeBufferPointer { originalTargets in
              oldWeights.withUnsafeBufferPointer { originalWeights in
                var batch = SampleBatch(
                  count: count, shape: shape, features: x, originals: originals,
                  targetWidth: y.count / count, targets: y, originalTargets: originalTargets,
                  weights: w, originalWeights: originalWeights)
                body(&batch)
              }
            }
          }
        }
      }
    }
  }
}
