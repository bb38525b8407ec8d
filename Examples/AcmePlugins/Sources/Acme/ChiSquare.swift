import Espalier

/// Keeps the k features whose sums by class are farthest from what the classes' shares would give:
/// Σ_c (O_c − E_c)² / E_c, O_c the sum of a feature over class c, E_c its sum over all times the share of
/// c. For features that count something, such as words.
struct ChiSquare: FeatureSelector {
  static let manifest = Manifest(
    "chi_square", "keeps the k features of greatest Σ (observed − expected)² / expected",
    paper: "Pearson, 1900", sample: "{chi_square: {k: 2}}")

  @Parameter("how many features are kept", in: 1...) var k: Int

  init() {}
  init(k: Int) { self.k = k }

  func fit(_ samples: TrainingSamples) throws -> any Transform {
    let width = samples.width
    guard case .classes(let names) = samples.description.target else {
      throw PluginError("chi_square needs classes")
    }
    guard k <= width else {
      throw PluginError("\(k) features of \(width); \(width) are the most", parameter: "k")
    }
    var counts = [Double](repeating: 0, count: names.count)
    var observed = [Double](repeating: 0, count: names.count * width)
    try samples.forEachChunk { count, features, targets in
      for row in 0..<count {
        let label = Int(targets[row])
        counts[label] += 1
        for place in 0..<width {
          observed[label * width + place] += Double(max(0, features[row * width + place]))
        }
      }
    }
    let scores = (0..<width).map { place -> Double in
      let total = names.indices.reduce(0) { $0 + observed[$1 * width + place] }
      return names.indices.reduce(0) { sum, label in
        let expected = total * counts[label] / Double(samples.count)
        let difference = observed[label * width + place] - expected
        return expected > 0 ? sum + difference * difference / expected : sum
      }
    }
    let best = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(k)
    return try FeatureSelection(width, keeping: best.sorted(), scores: scores)
  }

  func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try FeatureSelection(state, sampleShape: sampleShape, of: pluginName)
  }
}
