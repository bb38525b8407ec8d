import Espalier

/// Takes the values of each feature that lie below or above all but a share of the others to the nearest
/// that does not: an outlier moves no statistic any more.
struct Winsorize: Cleaner {
  static let manifest = Manifest(
    "winsorize", "takes values beyond the quantiles share and 1 − share to them",
    paper: "Hastings et al., 1947", sample: "{winsorize: {share: 0.01}}")

  @Parameter("share of the values on each side", in: 0..<0.5) var share: Double = 0.05

  init() {}
  init(share: Double) { self.share = share }

  func fit(_ samples: TrainingSamples) throws -> any Transform {
    let width = samples.width
    var columns = [[Float]](repeating: [], count: width)
    try samples.forEachChunk { count, features, _ in
      for place in 0..<count * width where !features[place].isNaN {
        columns[place % width].append(features[place])
      }
    }
    var low: [Float] = []
    var high: [Float] = []
    for values in columns {
      let sorted = values.sorted()
      guard !sorted.isEmpty else {
        throw PluginError("a feature has no value in the training data")
      }
      let cut = Int(share * Double(sorted.count))
      low.append(sorted[cut])
      high.append(sorted[sorted.count - 1 - cut])
    }
    return Limits(outputShape: samples.description.sampleShape, low: low, high: high)
  }

  func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    guard let low = state["low"]?.values, let high = state["high"]?.values,
      low.count == sampleShape.count, high.count == low.count
    else { throw PluginError("the saved winsorize is not for samples \(sampleShape)") }
    return Limits(outputShape: sampleShape, low: low, high: high)
  }
}

private struct Limits: Transform {
  let outputShape: Shape
  let low: [Float]
  let high: [Float]

  var state: [String: TransformState] {
    ["low": TransformState([low.count], low), "high": TransformState([high.count], high)]
  }

  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    for place in 0..<count * low.count {
      let feature = place % low.count
      // A missing value stays: comparisons with NaN are false.
      let value = input[place]
      output[place] =
        value < low[feature] ? low[feature] : value > high[feature] ? high[feature] : value
    }
  }
}
