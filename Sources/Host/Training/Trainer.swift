import EspalierProtocols

/// Where a run stands: all that it takes to go on from here, beside the values of variables.
struct Progress: Codable, Sendable {
  /// The epoch under way, from 1.
  var epoch = 1
  /// Steps done in it.
  var stepInEpoch = 0
  /// Steps done since the run began.
  var step = 0
  /// Samples seen since the run began.
  var samples = 0
  /// Of the epoch under way: Σ loss · samples, and samples.
  var lossSum = 0.0
  var lossCount = 0
  var metricStates: [[Double]] = []
  var schedule = ScheduleMemory()
  /// The latest results by name.
  var metrics: [String: Double] = [:]
  var learningRate = 0.0
  /// Seconds of training in earlier processes.
  var seconds = 0.0
  /// The epoch whose weights are kept as the best.
  var bestEpoch: Int?
  /// The callback that decides which weights are the best.
  var bestKeeper: String?
  /// Samples a batch, in which the place within an epoch is counted.
  var batchSize: Int?
  /// The rate that the schedule starts from, where it is no longer the optimizer's.
  var baseRate: Double?
  /// Of a run whose updates take several batches.
  var accumulation: AccumulationState?
  /// What the run started from.
  var startedFrom: StartReport?
  /// Updates done since the run began.
  var updates: Int { accumulation?.updates ?? step }
}

/// The loop over epochs and batches.
///
/// Events come in the order that `Event` tells; what a callback decides is looked at after each.
final class Trainer {
  let programs: ModelPrograms
  let data: PreparedData
  let settings: Settings
  let controller: RunController
  private let loader: BatchLoader
  private let evaluator: Evaluator
  /// Looks at samples from all sides that the config names.
  private let finalEvaluator: Evaluator
  private let optimizerRate: Double
  /// The optimizer, if it asks for losses at points of its choice.
  let objectiveOptimizer: (any ObjectiveOptimizer)?
  private let scheduler: (any Scheduler)?
  private let window: AccumulationWindow
  private let metrics: [any Metric]
  private var counts: [any MetricAccumulator]
  private var scratch: [Float] = []

  struct Settings {
    var epochs: Int
    var batchSize: Int
    var seed: UInt64
    var shuffle = true
    var dropLast = false
    var validateEvery = 1
    var workers: Int?
    var augmentations: [any Augmentation] = []
  }

  init(
    programs: ModelPrograms, data: PreparedData, settings: Settings, scheduler: (any Scheduler)?,
    metrics: [any Metric], views: SampleViews, controller: RunController
  ) throws {
    self.programs = programs
    self.data = data
    self.settings = settings
    self.scheduler = scheduler
    self.metrics = metrics
    self.controller = controller
    objectiveOptimizer = programs.definition.optimizer as? any ObjectiveOptimizer
    optimizerRate = programs.definition.optimizer.learningRate
    counts = metrics.map { $0.makeAccumulator(data.description.target) }
    loader = try BatchLoader(
      part: data.drawn, batchSize: settings.batchSize, shuffle: settings.shuffle,
      dropLast: settings.dropLast, seed: settings.seed, augmentations: settings.augmentations,
      workers: settings.workers)
    window = AccumulationWindow(
      batches: programs.definition.accumulatedSteps, perEpoch: loader.batchCount)
    evaluator = Evaluator(programs: programs, metrics: metrics, transforms: data.transforms)
    finalEvaluator =
      views.isPlain
      ? evaluator
      : Evaluator(
        programs: programs, metrics: metrics, transforms: data.transforms, views: views)
    // A resumed run knows the rate of its last step, which may be all that an epoch's end needs.
    if controller.progress.step == 0 { controller.progress.learningRate = optimizerRate }
    controller.progress.batchSize = settings.batchSize
    if window.batches > 1, controller.progress.accumulation == nil {
      controller.progress.accumulation = AccumulationState()
    }
  }

  var stepsPerEpoch: Int { loader.batchCount }
  /// Seconds that steps waited for batches.
  private(set) var waited = 0.0

  // MARK: The run

  /// Trains until the last epoch, a callback's stop, or a signal.
  func run() throws -> TrainingEnd {
    defer { loader.close() }
    if !controller.progress.metricStates.isEmpty {
      for (index, state) in controller.progress.metricStates.enumerated() where index < counts.count
      {
        counts[index].state = state
      }
    }
    var end = controller.earlyStop.map { TrainingEnd.stopped($0) }
    end = try stop(after: .runStart) ?? end
    while end == nil, controller.progress.epoch <= settings.epochs {
      end = try runEpoch()
    }
    let result = end ?? .finished
    if case .interrupted = result { _ = try controller.announce(.interrupted) }
    _ = try controller.announce(.runEnd)
    return result
  }

  private func stop(after event: Event) throws -> TrainingEnd? {
    if case .stop(let reason) = try controller.announce(event) { return .stopped(reason) }
    return nil
  }

  private func runEpoch() throws -> TrainingEnd? {
    if controller.progress.stepInEpoch == 0, let end = try stop(after: .epochStart) { return end }
    loader.start(epoch: controller.progress.epoch, fromBatch: controller.progress.stepInEpoch)
    while let batch = try loader.next() {
      if let end = try runBatch(batch) {
        if controller.progress.stepInEpoch == loader.batchCount { _ = try finishEpoch() }
        return end
      }
    }
    return try finishEpoch()
  }

  private func runBatch(_ batch: LoadedBatch) throws -> TrainingEnd? {
    let controller = controller
    controller.progress.learningRate = scheduledRate()
    var end: TrainingEnd?
    var skips = false
    if controller.isDue(.batchLoaded) {
      controller.batch = view(batch)
      switch try controller.announce(.batchLoaded) {
      case .skipBatch: skips = true
      case .stop(let reason): return .stopped(reason)
      case .proceed: break
      }
    }
    if !skips { end = try train(batch) }
    controller.progress.stepInEpoch += 1
    // A batch that was left out is no step, and has no end.
    if !skips, let stopped = try stop(after: .batchEnd) { end = end ?? stopped }
    if case .stop(let reason) = try controller.announceLogged() { end = end ?? .stopped(reason) }
    if let signal = Interruption.pending { return .interrupted(signal: signal) }
    if Interruption.takeSaveRequest() { try controller.saveCheckpoint("last") }
    return end
  }

  /// - Returns: the end that a callback wants after this step.
  private func train(_ batch: LoadedBatch) throws -> TrainingEnd? {
    if let objectiveOptimizer {
      try train(batch, by: objectiveOptimizer)
      return nil
    }
    var end: TrainingEnd?
    let part = window.part(controller.progress)
    let (step, update) = try programs.trainingStep(
      batch: batch.count, splits: !part.holdsBack && controller.isDue(.afterBackward), part: part,
      epoch: controller.progress.epoch)
    let number = controller.progress.step + 1
    let updateNumber = controller.progress.updates + 1
    if part == .closing {
      step.windowSamples = controller.progress.accumulation!.samples + batch.count
    }
    try step.run(
      on: batch, rate: controller.progress.learningRate, number: number, update: updateNumber,
      seed: settings.seed)
    if let update {
      controller.batchLoss = Double(step.output(StepPort.loss)![0])
      controller.hasGradients = true
      defer { controller.hasGradients = false }
      end = try stop(after: .afterBackward)
      try update.run(
        features: nil, targets: nil, rate: controller.progress.learningRate, number: number,
        update: updateNumber, seed: settings.seed)
    }
    controller.progress.accumulation?.add(part, samples: batch.count)
    took(step, batch, number: number)
    return end
  }

  /// Counts a step that is done, and measures it.
  func took(_ step: LoadedProgram, _ batch: LoadedBatch, number: Int) {
    controller.progress.step = number
    controller.progress.samples += batch.count
    let loss = Double(step.output(StepPort.loss)![0])
    controller.batchLoss = loss
    controller.progress.lossSum += loss * Double(batch.count)
    controller.progress.lossCount += batch.count
    if !counts.isEmpty { measure(step, batch) }
  }

  private func measure(_ step: LoadedProgram, _ batch: LoadedBatch) {
    let predictions = step.output(StepPort.prediction)!
    let width = predictions.count / batch.count
    let targets = UnsafeBufferPointer(
      start: batch.measured, count: batch.count * data.description.target.width)
    evaluator.inOriginalUnits(predictions, targets, count: batch.count) { predictions, targets in
      let batch = MetricBatch(
        count: batch.count, width: width, predictions: predictions, targets: targets)
      for index in counts.indices { counts[index].update(batch) }
    }
  }

  private func scheduledRate() -> Double {
    let base = controller.progress.baseRate ?? optimizerRate
    guard let scheduler else { return base }
    let time = window.time(controller.progress, epochs: settings.epochs)
    return scheduler.rate(base, at: time, memory: &controller.progress.schedule)
  }

  private func view(_ batch: LoadedBatch) -> BatchView {
    BatchView(
      count: batch.count,
      features: .init(
        start: batch.features, count: batch.count * data.description.sampleShape.count),
      targets: .init(start: batch.targets, count: batch.count * batch.targetWidth))
  }

  // MARK: The end of an epoch

  private func finishEpoch() throws -> TrainingEnd? {
    waited += loader.waited
    let progress = controller.progress
    controller.record(
      "train_loss", progress.lossCount == 0 ? .nan : progress.lossSum / Double(progress.lossCount))
    for (metric, count) in zip(metrics, counts) {
      controller.record("train_" + metric.resultName, count.result())
    }
    var end: TrainingEnd?
    if let validation = data.validation,
      progress.epoch % settings.validateEvery == 0 || progress.epoch == settings.epochs
    {
      if let stopped = try stop(after: .validationStart) { end = stopped }
      // After callbacks put other weights in place, and before anything is measured.
      if programs.wantsExactStatistics { try measureStatistics() }
      let results = try evaluator.evaluate(validation)
      for (name, result) in results { controller.record("validation_" + name, result) }
      scheduler?.observe(controller.progress.metrics, memory: &controller.progress.schedule)
      if let stopped = try stop(after: .validationEnd) { end = end ?? stopped }
    } else if data.validation == nil {
      scheduler?.observe(controller.progress.metrics, memory: &controller.progress.schedule)
    }
    // What a checkpoint of this moment holds is the beginning of the next epoch.
    controller.finishedEpoch = progress.epoch
    defer {
      controller.finishedEpoch = nil
      controller.progress.beginNextEpoch()
      for index in counts.indices { counts[index].reset() }
    }
    if let stopped = try stop(after: .epochEnd) { end = end ?? stopped }
    return end
  }

  /// Measures the layers' statistics over the training samples, for the weights as they are.
  func measureStatistics() throws {
    try StatisticsPass(programs: programs, part: data.training, settings: settings).run()
  }

  /// The final results on a part of the data, by name.
  func measure(_ part: Part) throws -> [(String, MetricResult)] {
    try finalEvaluator.evaluate(part)
  }

  /// The state of the epoch's metrics, for a checkpoint.
  var metricStates: [[Double]] { counts.map(\.state) }
}

extension Progress {
  mutating func beginNextEpoch() {
    epoch += 1
    stepInEpoch = 0
    lossSum = 0
    lossCount = 0
    metricStates = []
    accumulation?.samples = 0
  }
}
