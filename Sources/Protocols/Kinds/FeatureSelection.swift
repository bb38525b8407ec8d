/// Some of the features, in the order in which they were, with their names: what selectors give.
///
/// A selector fits it by `FeatureSelection(samples.width, keeping: [0, 3])` and restores it by
/// `FeatureSelection(state, sampleShape: sampleShape, of: pluginName)`.
public struct FeatureSelection: Transform {
  /// Numbers of a sample before.
  private let width: Int
  /// Those of them that are kept, ascending.
  public let features: [Int]
  /// A number for each feature by which it was chosen, for reports; empty for none.
  public let scores: [Float]
  /// Shape of a sample after it: a row of the features that are kept.
  public let outputShape: Shape

  /// - Parameters:
  ///   - width: numbers of a sample before.
  ///   - features: those of them that are kept, ascending.
  ///   - scores: a number for each feature by which it was chosen, saved for reports.
  /// - Throws: ``PluginError`` when no feature is kept.
  public init(_ width: Int, keeping features: [Int], scores: [Double] = []) throws {
    guard !features.isEmpty else { throw PluginError("no feature of \(width) is kept") }
    self.width = width
    self.features = features
    // What is infinite, such as the F of a feature that tells all classes apart, is kept as a number.
    let most = Double(Float.greatestFiniteMagnitude)
    self.scores = scores.map { Float(max(-most, min(most, $0))) }
    outputShape = [features.count]
  }

  /// The selection of a saved state.
  /// - Throws: ``PluginError`` when it is not for such samples.
  public init(_ state: [String: TransformState], sampleShape: Shape, of plugin: String) throws {
    let width = sampleShape.count
    let values = state["features"]?.values ?? []
    let features = values.compactMap { Int(exactly: $0) }
    let scores = state["scores"]?.values ?? []
    guard features.count == values.count, !features.isEmpty,
      features.allSatisfy((0..<width).contains),
      zip(features, features.dropFirst()).allSatisfy(<), scores.isEmpty || scores.count == width
    else {
      throw PluginError("the saved \(plugin) is not for samples of \(width) features")
    }
    try self.init(width, keeping: features, scores: scores.map { Double($0) })
  }

  public var state: [String: TransformState] {
    var state = ["features": TransformState([features.count], features.map { Float($0) })]
    if !scores.isEmpty { state["scores"] = TransformState([scores.count], scores) }
    return state
  }

  public func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    features.withUnsafeBufferPointer { features in
      for row in 0..<count {
        let (from, to) = (row * width, row * features.count)
        for place in 0..<features.count { output[to + place] = input[from + features[place]] }
      }
    }
  }

  public func recorded(_ samples: Tensor) -> Tensor? {
    let columns = samples.reshaped(to: [samples.shape[0], width]).transposed
    let numbers = samples.recorder.constant(features.map { Float($0) }, [features.count])
    return columns.gather(numbers).transposed
  }

  public func description(after input: DataDescription) -> DataDescription {
    var result = input
    result.sampleShape = outputShape
    let isNamed = input.featureNames.count == width
    result.featureNames = isNamed ? features.map { input.featureNames[$0] } : []
    result.categories = [:]
    for (place, feature) in features.enumerated() {
      result.categories[place] = input.categories[feature]
    }
    return result
  }
}
