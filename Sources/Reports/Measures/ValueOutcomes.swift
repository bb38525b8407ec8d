/// What was said of one value of samples, and what is true.
struct ValueOutcomes: Sendable {
  let name: String
  let truth: [Double]
  let predicted: [Double]
  let meanSquaredError: Double
  let meanAbsoluteError: Double
  /// The mean of predicted − true.
  let bias: Double
  /// 1 − Σ(t − p)²/Σ(t − mean)²; NaN where all true values are equal.
  let r2: Double

  init(name: String, truth: [Double], predicted: [Double]) {
    self.name = name
    self.truth = truth
    self.predicted = predicted
    let count = Double(truth.count)
    let mean = truth.reduce(0, +) / count
    let squares = zip(truth, predicted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let spread = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    meanSquaredError = squares / count
    meanAbsoluteError = zip(truth, predicted).reduce(0) { $0 + abs($1.0 - $1.1) } / count
    bias = zip(truth, predicted).reduce(0) { $0 + $1.1 - $1.0 } / count
    r2 = spread > 0 ? 1 - squares / spread : .nan
  }

  /// Predicted − true.
  var residuals: [Double] { zip(predicted, truth).map { $0 - $1 } }

  /// Numbers of the samples that are farthest off, first the farthest.
  var worst: [Int] {
    let sizes = residuals.map(abs)
    return sizes.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
  }
}
