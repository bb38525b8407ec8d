import EspalierProtocols
import Foundation

/// Runs configs.
public enum Training {
  /// Composes the run that a config describes, trains it, and writes its folder.
  ///
  /// - Throws: ``ConfigurationProblems`` when data, model and config do not fit together;
  ///   ``RunFailure`` when the run itself fails.
  public static func run(
    _ configuration: RunConfiguration, catalog: Catalog, defaults: HostDefaults,
    options: TrainingOptions = TrainingOptions()
  ) throws -> TrainingResult {
    try TrainingSession(configuration, catalog, defaults, options, resuming: nil).run()
  }

  /// Goes on with a run from its last checkpoint, to the same bits as if it had not been interrupted.
  ///
  /// - Parameter name: which checkpoint; the last unless given, or the best if the run did not live
  ///   long enough to write another.
  public static func resume(
    _ folder: String, checkpoint name: String? = nil, catalog: Catalog, defaults: HostDefaults,
    options: TrainingOptions = TrainingOptions(), sets: [String] = []
  ) throws -> TrainingResult {
    let path = try checkpoint(name, of: folder)
    let lock = try HeldFolder.lock(run: folder)
    let configuration = try ConfigurationLoader.load(
      path: folder + "/config.yaml", catalog: catalog, sets: sets)
    var options = options
    options.output = folder
    return try TrainingSession(
      configuration, catalog, defaults, options,
      resuming: (lock, try CheckpointFile(path), path)
    ).run()
  }

  /// Trains a run that a program holds, from its beginning or from a checkpoint of its folder.
  ///
  /// - Parameter resumed: folder of the run to go on with, and name of the checkpoint, as for
  ///   ``resume(_:checkpoint:catalog:defaults:options:sets:)``.
  /// - Returns: the result, and the model that it left in memory.
  package static func train(
    _ configuration: RunConfiguration, catalog: Catalog, defaults: HostDefaults,
    options: TrainingOptions, resuming resumed: (folder: String, checkpoint: String?)? = nil
  ) throws -> (TrainingResult, TrainedRun) {
    var options = options
    let before = try resumed.map {
      let path = try checkpoint($0.checkpoint, of: $0.folder)
      options.output = $0.folder
      return (try HeldFolder.lock(run: $0.folder), try CheckpointFile(path), path)
    }
    let session = try TrainingSession(
      configuration, catalog, defaults, options, resuming: before)
    let result = try session.run()
    return (result, session.trained(catalog))
  }

  private static func checkpoint(_ name: String?, of folder: String) throws -> String {
    let path =
      [name ?? "last", name ?? "best"].map { CheckpointFile.path(folder, $0) }
      .first { FileManager.default.fileExists(atPath: $0) }
      ?? CheckpointFile.path(folder, name ?? "last")
    guard FileManager.default.fileExists(atPath: folder + "/config.yaml") else {
      throw RunFailure.noRun(folder)
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw RunFailure("\(folder) has no checkpoint to resume from: \(path) is missing")
    }
    return path
  }
}

/// One run, from opened data to written summary.
final class TrainingSession {
  private let configuration: RunConfiguration
  private let options: TrainingOptions
  private let backend: any Backend
  private let data: PreparedData
  private let programs: ModelPrograms
  private let controller: RunController
  private let trainer: Trainer
  private let folder: RunFolder?
  /// Of the folder, until the run has ended.
  private var lock: FileLock?
  private let catalog: Catalog
  private let writeReport: (_ folder: String, _ trained: TrainedRun?) throws -> Void
  private let history = EpochHistory()
  private var phases = RunSummary.Phases()

  init(
    _ configuration: RunConfiguration, _ catalog: Catalog, _ defaults: HostDefaults,
    _ options: TrainingOptions,
    resuming before: (lock: FileLock, checkpoint: CheckpointFile, path: String)?
  ) throws {
    let checkpoint = before?.checkpoint
    let configuration = configuration.among(catalog)
    self.configuration = configuration
    self.options = options
    self.catalog = catalog
    let report = configuration.training.report ? defaults.report : nil
    writeReport = { try report?($0, configuration, $1) }
    var watch = Stopwatch()
    backend = configuration.backend ?? defaults.backend
    backend.setThreads(options.threads ?? configuration.training.threads)

    let participants = try CallbackOrder.arrange(
      configuration, defaults: defaults.callbacks, hooks: options.hooks + [history],
      catalog: catalog)
    let seed = UInt64(configuration.training.seed)
    let controller = RunController(
      participants,
      facts: RunFacts(
        name: configuration.name, seed: seed, batchSize: configuration.training.batchSize,
        firstEpoch: checkpoint?.progress.epoch ?? 1, configuration: configuration.configValue),
      epochs: configuration.training.epochs, metrics: configuration.metrics)
    self.controller = controller
    do {
      try controller.announceSetup(.pluginsBuilt)
      data = try RunData.prepare(configuration) { event, description, counts in
        controller.facts.sampleShape = description.sampleShape
        controller.facts.target = description.target
        if let counts {
          controller.facts.trainingSamples = counts.training
          controller.facts.validationSamples = counts.validation
          controller.facts.testSamples = counts.test
          controller.facts.cleaning = counts.cleaning
        }
        try controller.announceSetup(event)
      }
    } catch let failure as CallbackFailure {
      throw RunFailure(failure, configuration, folder: nil)
    }
    phases.data = watch.lap()

    let start = checkpoint == nil ? try StartingPoint.open(configuration) : nil
    let startedWith = Set(checkpoint?.progress.startedFrom?.loaded.map(\.name) ?? [])
    let programs = try ModelPrograms(
      StepDefinition(
        layers: configuration.model, loss: configuration.loss, optimizer: configuration.optimizer,
        regularizers: configuration.regularizers, callbacks: participants.map(\.callback),
        data: data.description, classCounts: data.classCounts,
        batch: data.batchForm(configuration.data.augment),
        rateFactors: RateFactors(configuration) { variable in
          // A resumed run goes on without the file.
          start?.loads(variable) ?? startedWith.contains(variable.name)
        }),
      backend: backend, configuration: configuration)
    let batch = min(configuration.training.batchSize, data.drawn.count)
    try ModelChecks.record(configuration, data.description, programs.variables) {
      _ = try programs.trainingStep(batch: batch)
      try programs.recordFrozen(batch: batch, epochs: configuration.training.epochs)
    }
    try ModelChecks.checkMetrics(configuration, data.description, programs, batch: batch)
    if let start {
      let report = try start.report(on: programs.saved, data.transforms, catalog)
      for variable in programs.saved where start.loads(variable) {
        programs.memory.write(variable, try start.values(of: variable))
      }
      controller.progress.startedFrom = report
      controller.facts.notes.append("starts from " + report.line)
      controller.facts.notes += report.lines(most: 8).dropFirst().map { "  " + $0 }
    }
    self.programs = programs
    phases.compile = watch.lap()

    if let before {
      (folder, lock) = (RunFolder(path: options.output!), before.lock)
    } else if options.writesFolder {
      (folder, lock) = try RunFolder.create(configuration, options: options)
    } else {
      (folder, lock) = (nil, nil)
    }
    let training = configuration.training
    controller.stepsPerEpoch =
      training.dropLast
      ? data.drawn.count / batch : (data.drawn.count + batch - 1) / batch
    controller.facts.parameterCount = programs.parameterCount
    controller.facts.layers = programs.layers
    controller.facts.columns = Self.columns(configuration, hasValidation: data.validation != nil)
    controller.folder = folder?.path
    controller.programs = programs
    if let before {
      try Self.check(before.checkpoint.progress, batchSize: batch)
      try before.checkpoint.restore(programs, controller, path: before.path)
    }
    trainer = try Trainer(
      programs: programs, data: data,
      settings: .init(
        epochs: training.epochs, batchSize: batch, seed: seed, shuffle: training.shuffle,
        dropLast: training.dropLast, validateEvery: training.validateEvery,
        workers: configuration.workers, augmentations: configuration.data.augment),
      scheduler: configuration.schedule, metrics: configuration.metrics,
      views: SampleViews(
        configuration.data.testTime, shape: data.description.sampleShape), controller: controller)
    controller.rehearsal = { [unowned trainer] in try trainer.rehearse($0) }
    try prepareFolder(isNew: checkpoint == nil)
    FreeMemory.giveBack()
  }

  private static func columns(_ configuration: RunConfiguration, hasValidation: Bool) -> [String] {
    let measured = configuration.metrics.filter { metric in
      // A matrix has no column.
      if case .number = metric.makeAccumulator(.classes(["a", "b"])).result() {
        true
      } else {
        false
      }
    }.map(\.resultName)
    return ["train_loss"] + (hasValidation ? ["validation_loss"] : [])
      + measured.flatMap { ["train_" + $0] + (hasValidation ? ["validation_" + $0] : []) }
  }

  /// Within an epoch the place is counted in batches, which another size would move.
  private static func check(_ progress: Progress, batchSize: Int) throws {
    guard progress.stepInEpoch > 0, let before = progress.batchSize, before != batchSize else {
      return
    }
    throw RunFailure(
      "the checkpoint stands at step \(progress.stepInEpoch) of an epoch in batches of \(before); "
        + "training.batch_size cannot become \(batchSize) before the epoch's end")
  }

  private func prepareFolder(isNew: Bool) throws {
    guard let folder else { return }
    controller.write = { [unowned self] name in try self.writeCheckpoint(name) }
    controller.remove = { name in
      try? FileManager.default.removeItem(atPath: CheckpointFile.path(folder.path, name))
    }
    // Also of a resumed run, whose settings may have been changed on the way.
    try folder.write(configuration)
    if isNew { try data.transforms.save(to: folder.transforms, catalog: configuration.catalog) }
  }

  private func writeCheckpoint(_ name: String) throws {
    guard let folder else { return }
    var progress = controller.progress
    progress.seconds += controller.seconds
    if controller.finishedEpoch != nil {
      progress.beginNextEpoch()
    } else {
      progress.metricStates = trainer.metricStates
    }
    try CheckpointFile.write(
      to: CheckpointFile.path(folder.path, name), progress: progress, controller: controller,
      programs: programs)
  }

  // MARK: Running

  func run() throws -> TrainingResult {
    defer { lock = nil }
    var watch = Stopwatch()
    let before = controller.progress
    let end: TrainingEnd
    do {
      end =
        options.catchesSignals
        ? try Interruption.listening { try trainer.run() } : try trainer.run()
    } catch {
      throw fail(error, before, watch.lap())
    }
    phases.training = watch.lap()
    var results = ["train": latest("train_"), "validation": latest("validation_")]
    do {
      if case .interrupted = end {} else { results = try evaluateFinal() }
    } catch {
      throw fail(error, before, phases.training)
    }
    phases.evaluation = watch.lap()
    let summary = summary(end, results, samplesBefore: before.samples)
    if let folder {
      try folder.write(
        programs,
        metadata: [
          "format": "pt", "espalier_version": espalierVersion, "name": configuration.name,
          "step": "\(controller.progress.step)",
        ])
      try folder.write(summary)
    }
    var result = TrainingResult(
      end: end, folder: folder?.path, metrics: controller.progress.metrics,
      matrices: controller.matrices, history: history.epochs,
      bestEpoch: controller.progress.bestEpoch, summary: summary)
    if let folder {
      // Who interrupted the run does not want to wait for predictions.
      var trained: TrainedRun?
      if case .interrupted = end {} else { trained = self.trained(catalog) }
      do { try writeReport(folder.path, trained) } catch { result.reportFailure = "\(error)" }
    }
    return result
  }

  /// The model as the run left it.
  func trained(_ catalog: Catalog) -> TrainedRun {
    TrainedRun(
      configuration, folder: folder?.path, catalog: catalog, programs: programs, data: data)
  }

  /// Puts the best weights in place and measures them.
  private func evaluateFinal() throws -> [String: [String: Double]] {
    var results: [String: [String: Double]] = [:]
    if controller.resultOwner == nil, let best = controller.best { try programs.restore(best) }
    let takesAverages = try controller.putAveragesInPlace()
    if takesAverages || programs.wantsExactStatistics { try trainer.measureStatistics() }
    // Measured without training behaviour, so that the splits can be compared.
    results["train"] = Dictionary(
      uniqueKeysWithValues: try trainer.measure(data.training).compactMap { name, result in
        result.number.map { (name, $0) }
      })
    // What is chosen by folds is yet to be tested.
    let test = configuration.data.split.folds == nil ? data.test : nil
    for (name, part) in [("validation", data.validation), ("test", test)] {
      guard let part else { continue }
      var numbers: [String: Double] = [:]
      for (metric, result) in try trainer.measure(part) {
        controller.record(name + "_" + metric, result)
        if let number = result.number { numbers[metric] = number }
      }
      results[name] = numbers
    }
    return results
  }

  private func latest(_ prefix: String) -> [String: Double] {
    var result: [String: Double] = [:]
    for (name, value) in controller.progress.metrics where name.hasPrefix(prefix) {
      result[String(name.dropFirst(prefix.count))] = value
    }
    return result
  }

  /// Saves what there is, tells the callbacks, and puts the error into words.
  private func fail(_ error: any Error, _ before: Progress, _ seconds: Double) -> any Error {
    phases.training = seconds
    var isSaved = false
    if folder != nil { isSaved = (try? writeCheckpoint("failure")) != nil }
    _ = try? controller.announce(.failure)
    if !controller.hasEnded { _ = try? controller.announce(.runEnd) }
    let failure = RunFailure(
      error, configuration, folder: folder?.path, checkpoint: isSaved ? "failure" : nil)
    if let folder {
      var summary = summary(.finished, ["train": latest("train_")], samplesBefore: before.samples)
      summary.status = "failed"
      summary.reason = failure.message
      try? folder.write(summary)
      try? writeReport(folder.path, nil)
    }
    return failure
  }

  private var testInputUsers: [String] {
    configuration.data.balance.filter(\.usesTestInputs).map(\.pluginName)
  }

  private func summary(
    _ end: TrainingEnd, _ results: [String: [String: Double]], samplesBefore: Int
  ) -> RunSummary {
    let progress = controller.progress
    var status = "finished"
    var reason: String?
    switch end {
    case .finished: break
    case .stopped(let why): (status, reason) = ("stopped", why)
    case .interrupted(let signal): (status, reason) = ("interrupted", "signal \(signal)")
    }
    let seconds = max(phases.training, 1e-9)
    return RunSummary(
      name: configuration.name, status: status, reason: reason,
      epochs: progress.stepInEpoch == 0 ? progress.epoch - 1 : progress.epoch, steps: progress.step,
      bestEpoch: progress.bestEpoch, results: results,
      samplesPerSecond: Double(progress.samples - samplesBefore) / seconds,
      dataWaitShare: trainer.waited / seconds, seed: controller.facts.seed,
      parameters: programs.parameterCount,
      samples: [
        "train": data.training.count, "validation": data.validation?.count ?? 0,
        "test": data.test?.count ?? 0,
      ],
      streamed: data.training.isInMemory ? nil : true,
      drawnSamples: data.drawn.count == data.training.count ? nil : data.drawn.count,
      testInputsUsedBy: testInputUsers.isEmpty ? nil : testInputUsers,
      startedFrom: progress.startedFrom,
      cleaning: data.cleaning, dataNotes: data.notes.isEmpty ? nil : data.notes,
      seconds: phases, version: espalierVersion, backend: backend.summary,
      system: SystemFacts.description, commandLine: options.commandLine,
      planBytes: programs.planBytes)
  }
}
