import EspalierProtocols

/// x / Σx over the training samples: each number becomes its share of its feature's total.
///
/// Meant for amounts: with mixed signs shares leave 0…1. A feature whose sum is zero is divided by 1.
/// Shape unchanged. Can be undone.
public struct Proportion: Normalizer {
  public static let manifest = Manifest(
    "proportion", "x/Σx over the training samples, each feature")

  public init() {}

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let statistics = try FeatureStatistics(samples)
    let sums = statistics.mean.map { Float($0 * Double(statistics.count)) }
    return transform(sums.map { $0 == 0 ? 1 : $0 }, samples.description.sampleShape)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    transform(
      try restored("sum", from: state, count: sampleShape.count, of: pluginName), sampleShape)
  }

  private func transform(_ sums: [Float], _ shape: Shape) -> any Transform {
    let zeros = [Float](repeating: 0, count: sums.count)
    return Scaling(shape, .pixel, shift: zeros, divisor: sums, state: ["sum": sums])
  }
}
