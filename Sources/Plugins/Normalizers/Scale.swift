import EspalierProtocols

/// factor · x + offset: the same change of every number, whatever the training samples are.
///
/// For data whose range is known, such as pixels 0…255 (factor 1/255), so that it does not depend on
/// the split. Shape unchanged. Can be undone.
public struct Scale: Normalizer {
  public static let manifest = Manifest(
    "scale", "factor·x + offset, the same for every number", aliases: ["rescale"],
    sample: "scale: {factor: 0.0625}")

  @Parameter("what every number is multiplied by") public var factor: Float
  @Parameter("added afterwards") public var offset: Float = 0

  public init() {}
  public init(factor: Float, offset: Float = 0) {
    self.factor = factor
    self.offset = offset
  }

  public func validate() throws {
    guard factor != 0, factor.isFinite else {
      throw PluginError("a finite number other than 0 is needed", parameter: "factor")
    }
    guard offset.isFinite else {
      throw PluginError("a finite number is needed", parameter: "offset")
    }
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    transform(factor, offset, samples.description.sampleShape)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    transform(
      try restored("factor", from: state, count: 1, of: pluginName)[0],
      try restored("offset", from: state, count: 1, of: pluginName)[0], sampleShape)
  }

  private func transform(_ factor: Float, _ offset: Float, _ shape: Shape) -> any Transform {
    Scaling(
      shape, .all, shift: [0], divisor: [1], gain: factor, offset: offset,
      state: ["factor": [factor], "offset": [offset]])
  }
}
