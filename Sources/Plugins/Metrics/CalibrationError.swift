import EspalierProtocols

/// How far a model's confidence is from how often it is right: Σ share · |confidence − accuracy| over
/// bins.
///
/// The confidence of a sample is its largest probability; with one probability p a sample, that of the
/// predicted one of the two classes. The bins (a, b] divide 0 to 1 evenly; empty ones do not count.
/// 0 is perfect. `norm: maximum` gives the largest gap of a bin in place of the mean. Naeini, Cooper
/// and Hauskrecht, 2015; Guo et al., 2017.
public struct CalibrationError: Metric {
  /// What becomes of the gaps of the bins.
  public enum Norm: String, Choice {
    /// The mean, weighted by samples: ECE.
    case expected
    /// The largest: MCE.
    case maximum
  }

  public static let manifest = Manifest(
    "calibration_error",
    "Σ nᵦ/n·|confidence − accuracy| over bins of confidence: 0 when the model is as sure as it is right",
    aliases: ["ece"], paper: "Guo et al., 2017", sample: "{calibration_error: {bins: 10}}")
  public static let task = LearningTask.classification
  public static let higherIsBetter = false

  @Parameter("how many bins the confidence is divided into", in: 1...100_000)
  public var bins: Int = 15
  @Parameter("`expected` is the mean over samples of their bins' gaps, `maximum` the largest gap")
  public var norm: Norm = .expected

  public init() {}

  public init(bins: Int = 15, norm: Norm = .expected) {
    self.bins = bins
    self.norm = norm
  }

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    Accumulator(classes: target.count, norm: norm, bins: [Bin](repeating: Bin(), count: bins))
  }

  private struct Bin {
    var count = 0
    var right = 0
    var confidence = 0.0
  }

  private struct Accumulator: MetricAccumulator {
    let classes: Int
    let norm: Norm
    var bins: [Bin]

    mutating func update(_ batch: MetricBatch) {
      for sample in 0..<batch.count {
        guard let truth = batch.classNumber(sample, below: classes) else { continue }
        let predicted = batch.predictedClass(sample)
        var confidence = batch.predictions[
          sample * batch.width + (batch.width == 1 ? 0 : predicted)]
        if batch.width == 1, predicted == 0 { confidence = 1 - confidence }
        // In single precision, so that 0.3 times ten is the edge that it was meant to be.
        let place = (confidence * Float(bins.count)).rounded(.up) - 1
        // What is no probability belongs to the nearest bin; its size then shows in the result.
        let number = place > 0 ? min(Int(min(place, 1e6)), bins.count - 1) : 0
        bins[number].count += 1
        bins[number].right += predicted == truth ? 1 : 0
        bins[number].confidence += Double(confidence)
      }
    }

    func result() -> MetricResult {
      let total = Double(bins.reduce(0) { $0 + $1.count })
      guard total > 0 else { return .number(.nan) }
      let gaps = bins.map { abs($0.confidence - Double($0.right)) }
      if norm == .expected { return .number(gaps.reduce(0, +) / total) }
      let means = zip(gaps, bins).compactMap { $1.count == 0 ? nil : $0 / Double($1.count) }
      // A comparison would drop what is no number.
      return .number(means.contains(where: \.isNaN) ? .nan : means.max() ?? .nan)
    }

    var state: [Double] {
      get { bins.flatMap { [Double($0.count), Double($0.right), $0.confidence] } }
      set {
        guard newValue.count == 3 * bins.count else { return }
        for index in bins.indices {
          bins[index] = Bin(
            count: Int(newValue[3 * index]), right: Int(newValue[3 * index + 1]),
            confidence: newValue[3 * index + 2])
        }
      }
    }

    mutating func reset() {
      for index in bins.indices { bins[index] = Bin() }
    }
  }
}
