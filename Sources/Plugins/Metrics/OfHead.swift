import EspalierProtocols

/// A metric of one head of a model with several: of a part of the predictions and of the targets.
///
/// Where a model joins heads and the loss `weighted` tells them apart, predictions and targets lie side by
/// side. The result is called `NAME_METRIC`, such as `digit_accuracy`. For a metric of classes the head's
/// target is one column of class numbers.
public struct OfHead: Metric {
  public static let manifest = Manifest(
    "of_head", "a metric of a part of predictions and targets",
    sample: "of_head: {metric: accuracy, name: kind, outputs: 4}")
  public static let task = LearningTask.any

  @Component("what is measured") public var metric: any Metric
  @Parameter("what the head is called") public var name: String = "head"
  @Parameter("place of its first number among the model's outputs", in: 0...)
  public var firstOutput: Int = 0
  @Parameter("its numbers among the model's outputs", in: 1...) public var outputs: Int = 1
  @Parameter("place of its first number among the targets", in: 0...) public var firstTarget: Int =
    0
  @Parameter("its numbers among the targets", in: 1...) public var targets: Int = 1

  public init() {}
  public init(
    _ name: String, _ metric: any Metric, firstOutput: Int = 0, outputs: Int = 1,
    firstTarget: Int = 0, targets: Int = 1
  ) {
    self.metric = metric
    self.name = name
    self.firstOutput = firstOutput
    self.outputs = outputs
    self.firstTarget = firstTarget
    self.targets = targets
  }

  public var resultName: String { name + "_" + metric.resultName }
  public var prefersHigher: Bool { metric.prefersHigher }

  public func check(predictions: Int, targets: Int) throws {
    for (first, count, all, name) in [
      (firstOutput, outputs, predictions, "outputs"),
      (firstTarget, self.targets, targets, "targets"),
    ] where first + count > all {
      throw PluginError(
        "the head's \(name) are numbers \(first)…\(first + count - 1), and a sample has \(all)",
        parameter: name)
    }
    try metric.check(predictions: outputs, targets: self.targets)
  }

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    let own: TargetDescription =
      type(of: metric).task == .classification
      ? .classes((0..<max(outputs, 2)).map { "\($0)" })
      : .values((0..<targets).map { "\(name)_\($0)" })
    return Accumulator(
      base: metric.makeAccumulator(own), first: firstOutput, count: outputs,
      firstTarget: firstTarget, targetCount: targets)
  }

  private struct Accumulator: MetricAccumulator {
    var base: any MetricAccumulator
    let first: Int
    let count: Int
    let firstTarget: Int
    let targetCount: Int
    private var isOutside = false
    private var predictions: [Float] = []
    private var targets: [Float] = []

    init(
      base: any MetricAccumulator, first: Int, count: Int, firstTarget: Int, targetCount: Int
    ) {
      self.base = base
      self.first = first
      self.count = count
      self.firstTarget = firstTarget
      self.targetCount = targetCount
    }

    mutating func update(_ batch: MetricBatch) {
      let width = batch.targets.count / max(batch.count, 1)
      guard first + count <= batch.width, firstTarget + targetCount <= width else {
        // There is no such part of what the model says or should say.
        isOutside = true
        return
      }
      predictions.removeAll(keepingCapacity: true)
      targets.removeAll(keepingCapacity: true)
      for sample in 0..<batch.count {
        let (output, target) = (sample * batch.width + first, sample * width + firstTarget)
        predictions += batch.predictions[output..<output + count]
        targets += batch.targets[target..<target + targetCount]
      }
      predictions.withUnsafeBufferPointer { predictions in
        targets.withUnsafeBufferPointer { targets in
          base.update(
            MetricBatch(
              count: batch.count, width: count, predictions: predictions, targets: targets))
        }
      }
    }

    func result() -> MetricResult { isOutside ? .number(.nan) : base.result() }

    mutating func reset() {
      base.reset()
      isOutside = false
    }

    var state: [Double] {
      get { [isOutside ? 1 : 0] + base.state }
      set {
        isOutside = newValue.first == 1
        base.state = Array(newValue.dropFirst())
      }
    }
  }
}
