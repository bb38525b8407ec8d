import Espalier
import EspalierHost
import EspalierProtocols
import Foundation
import Synchronization

/// A run of a fraction of a second on 42 samples, in which a plugin takes its place.
///
/// Six steps make an epoch. Runs of checks go one after another, since the number of threads is the
/// process's.
struct SmallRun {
  let catalog: Catalog
  var configuration: RunConfiguration

  /// - Parameters:
  ///   - plugins: what the run is for; known to its config beside the built-in ones.
  ///   - change: puts them into their place.
  init(
    of plugins: [any Plugin], target: TargetDescription = .classes(["a", "b", "c"]),
    sampleShape: Shape = [6], epochs: Int = 3, _ change: (inout RunConfiguration) throws -> Void
  ) throws {
    catalog = try KitCatalog.make(with: plugins.map { type(of: $0) })
    var run = RunConfiguration()
    run.name = "conformance"
    run.data.source = ConformancePoints(target, shape: sampleShape)
    run.data.split.validation = 0.25
    let isClasses = target.task == .classification
    run.model = Self.model(outputs: max(target.count, 1), sampleShape: sampleShape)
    run.loss = isClasses ? CrossEntropy() : MeanSquaredError()
    run.optimizer = SGD(learningRate: 0.1, momentum: 0.9)
    run.metrics = isClasses ? [Accuracy()] : [MAE()]
    run.training.epochs = epochs
    run.training.batchSize = 7
    run.training.seed = 5
    try change(&run)
    configuration = run
  }

  /// Layers around one that is checked: after a dense one where samples have features.
  static func model(
    around layer: (any Layer)? = nil, outputs: Int, sampleShape: Shape
  ) -> [any Layer] {
    let first: [any Layer] = sampleShape.rank == 1 ? [Dense(8, activation: Tanh())] : []
    let middle: [any Layer] = layer.map { [$0] } ?? [Dropout(0.1)]
    return first + middle + [Flatten(), Dense(outputs)]
  }

  private static let turn = Mutex(0)

  private func run(_ observer: RunObserver, _ options: TrainingOptions) throws {
    var options = options
    options.hooks = [observer.callback]
    _ = try Training.run(
      configuration, catalog: catalog, defaults: HostDefaults(backend: CPUBackend()),
      options: options)
  }

  /// Trains without writing anything.
  func outcome(threads: Int = 1, workers: Int? = 0) throws -> RunOutcome {
    try Self.turn.withLock { _ in
      var options = TrainingOptions()
      options.writesFolder = false
      options.threads = threads
      var copy = self
      copy.configuration.training.workers = workers
      let observer = RunObserver()
      try copy.run(observer, options)
      return observer.outcome
    }
  }

  /// What a run leaves that goes through, and what those leave that are cut at a step and resumed.
  func interrupted(at steps: [Int]) throws -> (whole: RunOutcome, resumed: [RunOutcome]) {
    let folder = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try Self.turn.withLock { _ in
      var options = TrainingOptions()
      options.threads = 1
      options.output = folder + "/whole"
      let whole = RunObserver(saves: true)
      try run(whole, options)
      try whole.readMemory(folder + "/whole")
      let resumed = try steps.map { step in
        options.output = folder + "/cut-\(step)"
        let first = RunObserver(saves: true, cutsAt: step)
        try run(first, options)
        guard first.isCut else {
          try first.readMemory(options.output!)
          return first.outcome
        }
        let second = RunObserver(saves: true, after: first)
        options.hooks = [second.callback]
        _ = try Training.resume(
          options.output!, checkpoint: RunObserver.cut, catalog: catalog,
          defaults: HostDefaults(backend: CPUBackend()), options: options)
        try second.readMemory(options.output!)
        return second.outcome
      }
      return (whole.outcome, resumed)
    }
  }
}
