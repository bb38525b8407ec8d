import EspalierProtocols

/// Measures a model on samples, in batches, without training behaviour.
final class Evaluator {
  private let programs: ModelPrograms
  private let metrics: [any Metric]
  private let transforms: FittedTransforms
  private let views: SampleViews
  private var features: AlignedFloats?
  private var shown: AlignedFloats?
  private var targets: AlignedFloats?
  private var rows: [Int] = []
  private var joined: [Float] = []
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

  /// - Parameter views: how samples are looked at; once each unless given.
  init(
    programs: ModelPrograms, metrics: [any Metric], transforms: FittedTransforms,
    views: SampleViews = .plain
  ) {
    self.programs = programs
    self.views = views
    self.metrics = metrics
    self.transforms = transforms
  }

  /// Loss and metrics over all samples of a part; the loss is the mean over all views of a sample.
  func evaluate(_ part: Part) throws -> [(String, MetricResult)] {
    var counts = metrics.map { $0.makeAccumulator(part.description.target) }
    var lossSum = 0.0
    try forEachBatch(of: part, withLoss: true) { loss, predictions, count, targets in
      lossSum += loss * Double(count)
      let width = predictions.count / count
      inOriginalUnits(predictions, targets, count: count) { predictions, targets in
        let batch = MetricBatch(
          count: count, width: width, predictions: predictions, targets: targets)
        for index in counts.indices { counts[index].update(batch) }
      }
    }
    return [("loss", .number(lossSum / Double(part.count)))]
      + zip(metrics, counts).map { ($0.resultName, $1.result()) }
  }

  /// Predictions for all samples, in the units of the data: count × width.
  func predict(_ part: Part) throws -> (width: Int, values: [Float]) {
    var values: [Float] = []
    var width = 0
    try forEachBatch(of: part, withLoss: false) { _, predictions, count, _ in
      width = predictions.count / count
      inOriginalUnits(predictions, UnsafeBufferPointer(start: nil, count: 0), count: count) {
        predictions, _ in values.append(contentsOf: predictions)
      }
    }
    return (width, values)
  }

  private typealias BatchBody = (
    _ loss: Double, _ predictions: UnsafeBufferPointer<Float>, _ count: Int,
    _ targets: UnsafeBufferPointer<Float>
  ) throws -> Void

  private func forEachBatch(of part: Part, withLoss: Bool, _ body: BatchBody) throws {
    let size = part.description.sampleShape.count
    let width = part.description.target.width
    let chunk = min(Self.batchSize, part.count)
    makeRoom(&features, chunk * size)
    makeRoom(&targets, chunk * width)
    if !views.isPlain { makeRoom(&shown, chunk * size) }
    var start = 0
    while start < part.count {
      let count = Self.portion(of: part.count - start, withLoss: withLoss)
      rows.replaceSubrange(rows.indices, with: start..<start + count)
      try rows.withUnsafeBufferPointer {
        try part.read(
          $0, features: features!.pointer, targets: width > 0 ? targets!.pointer : nil)
      }
      let step = try programs.evaluationStep(batch: count, withLoss: withLoss)
      let batchTargets = UnsafeBufferPointer(
        start: targets!.pointer, count: withLoss ? count * width : 0)
      if views.isPlain {
        try run(step, features!)
        try body(loss(of: step), step.output(StepPort.prediction)!, count, batchTargets)
      } else {
        let loss = try runViews(step, count: count)
        try joined.withUnsafeBufferPointer { try body(loss, $0, count, batchTargets) }
      }
      start += count
    }
  }

  private func makeRoom(_ memory: inout AlignedFloats?, _ count: Int) {
    if memory == nil || memory!.count < count { memory = AlignedFloats(count: count) }
  }

  private func run(_ step: LoadedProgram, _ features: AlignedFloats) throws {
    try step.run(
      features: features.pointer, targets: targets!.pointer, rate: 0, number: 0, seed: 0)
  }

  private func loss(of step: LoadedProgram) -> Double {
    step.output(StepPort.loss).map { Double($0[0]) } ?? 0
  }

  /// Runs a batch from all sides; the joined predictions are in `joined`.
  /// - Returns: the mean of the losses.
  private func runViews(_ step: LoadedProgram, count: Int) throws -> Double {
    var sum = 0.0
    for view in 0..<views.count {
      views.show(features!.pointer, count: count, view: view, to: shown!.pointer)
      try run(step, shown!)
      sum += loss(of: step)
      let predictions = step.output(StepPort.prediction)!
      if view == 0 { joined = [Float](repeating: 0, count: predictions.count) }
      views.add(predictions, width: predictions.count / count, to: &joined)
    }
    return sum / Double(views.count)
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
