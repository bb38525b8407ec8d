import EspalierConformance
import EspalierProtocols
import EspalierReferences

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
