import EspalierProtocols

/// Times a config's training step alone, on one batch again and again.
public struct StepBenchmark: Sendable {
  /// Seconds of a step: one number a round, each the mean of many steps.
  public let rounds: [Double]
  /// Samples a step.
  public let batchSize: Int
  /// Kernels of a step's plan.
  public let kernels: Int
  /// Floating-point operations of matrix products and convolutions in a step.
  public let operationsPerStep: Int

  /// Seconds and traffic of each kernel, in the order of the step; empty unless asked for, and where the
  /// backend cannot tell them. Taking them costs some time itself.
  public let profile: [KernelProfile]

  /// The middle round.
  public var median: Double { rounds.sorted()[rounds.count / 2] }

  /// - Parameters:
  ///   - rounds: how many measurements.
  ///   - seconds: about how long each takes.
  ///   - profilesKernels: whether another round times every kernel.
  public init(
    _ configuration: RunConfiguration, defaults: HostDefaults, rounds count: Int = 7,
    seconds: Double = 0.3, profilesKernels: Bool = false
  ) throws {
    let backend = configuration.backend ?? defaults.backend
    backend.setThreads(configuration.training.threads)
    let data = try RunData.prepare(configuration)
    let batch = min(configuration.training.batchSize, data.drawn.count)
    let start = try StartingPoint.open(configuration)
    let programs = try ModelPrograms(
      StepDefinition(
        layers: configuration.model, loss: configuration.loss, optimizer: configuration.optimizer,
        regularizers: configuration.regularizers, callbacks: configuration.callbacks,
        data: data.description, classCounts: data.classCounts,
        batch: data.batchForm(configuration.data.augment),
        rateFactors: RateFactors(configuration) { start?.loads($0) ?? false }),
      backend: backend, configuration: configuration)
    try ModelChecks.record(configuration, data.description, programs.variables) {
      _ = try programs.trainingStep(batch: batch)
    }
    let loader = try BatchLoader(
      part: data.drawn, batchSize: batch, shuffle: true, seed: 1,
      augmentations: configuration.data.augment, workers: 0)
    loader.start(epoch: 1)
    guard let loaded = try loader.next() else {
      throw RunFailure("there is no batch to time")
    }
    let (step, update) = try programs.trainingStep(batch: batch)
    var number = 0
    func run(_ times: Int) throws {
      for _ in 0..<times {
        number += 1
        try step.run(
          on: loaded, rate: 1e-4,
          number: number, seed: 1)
        try update?.run(features: nil, targets: nil, rate: 1e-4, number: number, seed: 1)
      }
    }
    // How many steps fill a round is found on warm caches.
    try run(3)
    var watch = Stopwatch()
    try run(3)
    let steps = max(3, Int(seconds / max(watch.lap() / 3, 1e-7)))
    var result: [Double] = []
    for _ in 0..<count {
      _ = watch.lap()
      try run(steps)
      result.append(watch.lap() / Double(steps))
    }
    profile = profilesKernels ? try Self.profile(step, loaded, steps: steps, after: number) : []
    rounds = result
    batchSize = batch
    kernels = step.plan.kernels.count
    operationsPerStep = step.plan.program.floatingPointOperations
  }

  /// Seconds a step of each kernel of a program.
  private static func profile(
    _ step: LoadedProgram, _ batch: LoadedBatch, steps: Int, after number: Int
  ) throws -> [KernelProfile] {
    var sums = [Double](repeating: 0, count: step.plan.kernels.count)
    for index in 1...steps {
      guard
        try step.run(on: batch, rate: 1e-4, number: number + index, seed: 1, timing: &sums)
      else { return [] }
    }
    return zip(step.plan.kernels, sums).map {
      KernelProfile($0, step.plan, seconds: $1 / Double(steps))
    }
  }
}
