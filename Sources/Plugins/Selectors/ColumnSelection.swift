import EspalierProtocols

/// Keeps features, or drops them, by their names.
///
/// Patterns may hold `*` for any characters; features without names go by their numbers, from 0. A
/// pattern that fits none is an error. Without `keep` all are kept but those in `drop`. Samples of any
/// shape become rows. Fits nothing.
public struct ColumnSelection: FeatureSelector {
  public static let manifest = Manifest(
    "columns", "keeps or drops features by their names", sample: "columns: {drop: [\"*5\"]}")

  @Parameter("names of the features to keep, such as pixel_*; all unless given")
  public var keep: [String] = []
  @Parameter("names of the features to leave out of these") public var drop: [String] = []

  public init() {}
  public init(keep: [String] = [], drop: [String] = []) {
    self.keep = keep
    self.drop = drop
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let description = samples.description
    let dropped = Set(try description.features(fitting: drop, of: "drop"))
    let kept =
      keep.isEmpty
      ? Array(0..<samples.width) : try description.features(fitting: keep, of: "keep")
    return try FeatureSelection(samples.width, keeping: kept.filter { !dropped.contains($0) })
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try FeatureSelection(state, sampleShape: sampleShape, of: pluginName)
  }
}
