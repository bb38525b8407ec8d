import EspalierProtocols

/// Measures a model on samples, in batches, without training behaviour.
final class Evaluator {
  private let programs: ModelPrograms
  private let metrics: [any Metric]
  private let transforms: FittedTransforms
  private var features: AlignedFloats?
  private var targets: AlignedFloats?
  private var rows: [Int] = []
  private var invertedPredictions: [Float] = []
  private var invertedTargets: [Float] = []

  /// Samples that are run at once: more than a training batch, since nothing is kept for gradients.
  static let batchSize = 256

  /// How many samples are run next.
  ///
  /// A program may ask for predictions of any number of samples, again and again. Portions by powers of
  /// two need nine recordings for all numbers there are, and not one for each.
  private static func portion(of left: Int, withLoss: Bool) -> Int {
    if withLoss || left >= batchSize { return min(batchSize, left) }
    return 1 << (Int.bitWidth - 1 - left.leadingZeroBitCount)
  }

  init(programs: ModelPrograms, metrics: [any Metric], transforms: FittedTransforms) {
    self.programs = programs
    self.metrics = metrics
    self.transforms = transforms
  }

  /// Loss and metrics over all samples of a part.
  func evaluate(_ part: Part) throws -> [(String, MetricResult)] {
    var counts = metrics.map { $0.makeAccumulator(part.description.target) }
    var lossSum = 0.0
    try forEachBatch(of: part, withLoss: true) { step, count, targets in
      lossSum += Double(step.output(StepPort.loss)![0]) * Double(count)
      let predictions = step.output(StepPort.prediction)!
      let width = predictions.count / count
      inOriginalUnits(predictions, targets, count: count) { predictions, targets in
        let batch = MetricBatch(
          count: count, width: width, predictions: predictions, targets: targets)
        for index in counts.indices { counts[index].update(batch) }
      }
    }
    return [("loss", .number(lossSum / Double(part.count)))]
      + zip(metrics, counts).map { ($0.pluginName, $1.result()) }
  }

  /// Predictions for all samples, in the units of the data: count × width.
  func predict(_ part: Part) throws -> (width: Int, values: [Float]) {
    var values: [Float] = []
    var width = 0
    try forEachBatch(of: part, withLoss: false) { step, count, _ in
      let predictions = step.output(StepPort.prediction)!
      width = predictions.count / count
      inOriginalUnits(predictions, UnsafeBufferPointer(start: nil, count: 0), count: count) {
        predictions, _ in values.append(contentsOf: predictions)
      }
    }
    return (width, values)
  }

  private func forEachBatch(
    of part: Part, withLoss: Bool,
    _ body: (_ step: LoadedProgram, _ count: Int, _ targets: UnsafeBufferPointer<Float>) throws ->
      Void
  ) throws {
    let size = part.description.sampleShape.count
    let width = part.description.target.width
    let chunk = min(Self.batchSize, part.count)
    if features == nil || features!.count < chunk * size {
      features = AlignedFloats(count: chunk * size)
    }
    if targets == nil || targets!.count < chunk * width {
      targets = AlignedFloats(count: chunk * width)
    }
    var start = 0
    while start < part.count {
      let count = Self.portion(of: part.count - start, withLoss: withLoss)
      rows.replaceSubrange(rows.indices, with: start..<start + count)
      try rows.withUnsafeBufferPointer {
        try part.read(
          $0, features: features!.pointer, targets: width > 0 ? targets!.pointer : nil)
      }
      let step = try programs.evaluationStep(batch: count, withLoss: withLoss)
      try step.run(
        features: features!.pointer, targets: targets!.pointer, rate: 0, number: 0, seed: 0)
      try body(
        step, count,
        UnsafeBufferPointer(start: targets!.pointer, count: withLoss ? count * width : 0))
      start += count
    }
  }

  /// Undoes the change of the targets' scale, in copies, where there is one.
  func inOriginalUnits(
    _ predictions: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>, count: Int,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
  ) {
    guard transforms.target != nil else {
      body(predictions, targets)
      return
    }
    invertedPredictions.replaceSubrange(invertedPredictions.indices, with: predictions)
    invertedTargets.replaceSubrange(invertedTargets.indices, with: targets)
    invertedPredictions.withUnsafeMutableBufferPointer { predictions in
      transforms.invertTargets(predictions, count: count)
      invertedTargets.withUnsafeMutableBufferPointer { targets in
        if targets.count > 0 { transforms.invertTargets(targets, count: count) }
        body(UnsafeBufferPointer(predictions), UnsafeBufferPointer(targets))
      }
    }
  }
}
