import EspalierProtocols

/// A run whose state a test sets by hand.
final class FakeRun: RunState {
  var epoch = 1
  var epochs = 10
  var step = 0
  var stepsPerEpoch = 4
  var stepInEpoch = 0
  var samples = 0
  var seconds: Double {
    get {
      clockReads += 1
      return clock
    }
    set { clock = newValue }
  }
  private var clock = 0.0
  /// What a callback that is called at each step costs is how often it looks at the clock.
  private(set) var clockReads = 0
  var batchLoss = 1.0
  var metrics: [String: Double] = [:]
  var matrices: [String: MetricResult] = [:]
  var learningRate = 0.1
  /// The batch at hand; the test keeps its memory.
  var batch: BatchView = {
    let nothing = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    return BatchView(count: 0, features: nothing, targets: nothing)
  }()
  /// Values of parameters and gradients by name; none where a test sets none.
  var parameters: [String: [Float]] = [:]
  var gradients: [String: [Float]] = [:]
  var parameterNames: [String] = []
  var folder: String?
  var facts: RunFacts

  /// What was done to the run, in order.
  var deeds: [String] = []
  var hasBest: Bool { deeds.contains { $0.hasPrefix("best") } }

  init(columns: [String] = ["train_loss", "validation_loss"]) {
    facts = RunFacts(
      name: "fake", seed: 1, batchSize: 8, trainingSamples: 32, validationSamples: 8,
      testSamples: 0, parameterCount: 10, layers: [], target: .values(["y"]), columns: columns,
      firstEpoch: 1)
  }

  func higherIsBetter(_ metric: String) -> Bool { metric.contains("accuracy") }
  func parameter(_ name: String) -> [Float] { parameters[name] ?? [] }
  func setParameter(_ name: String, _ values: [Float]) {}
  func gradient(_ name: String) -> [Float]? { gradients[name] }
  func setGradient(_ name: String, _ values: [Float]) {}
  func exchangeAverages() { deeds.append("exchange") }
  func moveAverages(share: Double) { deeds.append("move \(share)") }
  func takeAveragesAsResult() { deeds.append("averages") }
  var baseLearningRate = 0.1
  /// The loss of a rehearsed step by its rate.
  var rehearsedLoss: (Double) -> Double = { $0 }
  func rehearse(_ next: (Double?) throws -> Double?) throws {
    var loss: Double?
    while let rate = try next(loss) { loss = rehearsedLoss(rate) }
  }
  func keepAsBest() { deeds.append("best \(epoch)") }
  var logged: [(name: String, value: Double)] = []
  func log(_ name: String, _ value: Double) { deeds.append("log \(name)") }
  func saveCheckpoint(_ name: String) throws { deeds.append("save \(name)") }
  func removeCheckpoint(_ name: String) throws { deeds.append("remove \(name)") }

  /// The events of an epoch at whose end these results are known.
  func runEpoch(
    _ callback: inout some Callback, _ results: [String: Double] = [:], secondsPerStep: Double = 0,
    validates: Bool = true
  ) throws -> Decision {
    stepInEpoch = 0
    try send(.epochStart, to: &callback)
    for _ in 0..<stepsPerEpoch {
      step += 1
      stepInEpoch += 1
      samples += facts.batchSize
      clock += secondsPerStep
      try send(.batchEnd, to: &callback)
    }
    metrics.merge(results) { $1 }
    if validates { try send(.validationEnd, to: &callback) }
    defer { epoch += 1 }
    return try send(.epochEnd, to: &callback)
  }

  @discardableResult
  func send(_ event: Event, to callback: inout some Callback) throws -> Decision {
    guard callback.events.contains(event) else { return .proceed }
    if [.batchLoaded, .afterBackward, .batchEnd].contains(event),
      !callback.isDue(event, at: event == .afterBackward ? updates : step)
    {
      return .proceed
    }
    return try callback.handle(event, self)
  }
}
