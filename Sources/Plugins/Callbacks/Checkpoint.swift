import EspalierProtocols

/// Writes states from which the run can be resumed: the last, the best, and numbered ones.
///
/// - `last`: at the end of an epoch, within long epochs, and when the run ends or is interrupted; at
///   most once in `seconds`, so that runs of short epochs do not spend their time on writing.
/// - `best`: whenever `monitor` is better than ever before; these weights are the run's result, unless
///   another callback (such as `early_stopping`) decides which are the best.
/// - `epoch-0010`, `step-00002000`: every so many epochs or steps; the newest `keep` of each stay.
public struct Checkpoint: Callback {
  public static let manifest = Manifest(
    "checkpoint", "saves states to resume from: the last, the best, and every n epochs or steps",
    aliases: ["checkpoints"], sample: "{checkpoint: {every_epochs: 10, keep: 3}}")

  @Parameter("write `epoch-N` every so many epochs; null for none", in: 1..., unit: "epochs")
  public var everyEpochs: Int?
  @Parameter("write `step-N` every so many steps; null for none", in: 1..., unit: "steps")
  public var everySteps: Int?
  @Parameter("least time between two writings of `last`", in: 0..., unit: "seconds")
  public var seconds: Double = 30
  @Parameter("write `last`") public var last: Bool = true
  @Parameter("write `best`") public var best: Bool = true
  @Parameter(
    "the result that tells the best; null is the validation loss, without one the training's")
  public var monitor: String?
  @Parameter("whether less or more is better; `auto` asks the result") public var mode:
    MonitorMode =
      .auto
  @Parameter("how many numbered ones stay, of each sort; null for all", in: 1...)
  public var keep: Int? = 3

  private var found = Best()
  private var isFresh = false
  private var writtenStep = 0
  private var writtenAt = 0.0
  private var ticker: Ticker?
  private var epochsKept: [Int] = []
  private var stepsKept: [Int] = []

  public init() {}

  public init(
    everyEpochs: Int? = nil, everySteps: Int? = nil, seconds: Double = 30, last: Bool = true,
    best: Bool = true, monitor: String? = nil, mode: MonitorMode = .auto,
    keep: Int? = 3
  ) {
    self.everyEpochs = everyEpochs
    self.everySteps = everySteps
    self.seconds = seconds
    self.last = last
    self.best = best
    self.monitor = monitor
    self.mode = mode
    self.keep = keep
  }

  public func validate() throws {
    if !last, !best, everyEpochs == nil, everySteps == nil {
      throw PluginError("there is nothing to write: set `last`, `best` or an interval")
    }
  }

  public var events: Set<Event> {
    var events: Set<Event> = [.runStart, .epochEnd, .interrupted, .runEnd]
    if best { events.insert(.validationEnd) }
    if last || everySteps != nil { events.insert(.batchEnd) }
    return events
  }

  // What the others remember of this moment belongs into the file.
  public var runsAfter: [String] {
    ["early_stopping", "nan_guard", "json_log", "csv_log", "ema", "swa", "progress"]
  }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    switch event {
    case .runStart:
      ticker = Ticker(every: seconds, from: run.seconds)
      writtenAt = run.seconds
      writtenStep = run.step
    case .batchEnd: try batchEnded(run)
    case .validationEnd: isFresh = true
    case .epochEnd: try epochEnded(run)
    case .interrupted, .runEnd: try writeLast(run)
    default: break
    }
    return .proceed
  }

  private mutating func batchEnded(_ run: any RunState) throws {
    if let everySteps, run.step % everySteps == 0 {
      stepsKept.append(run.step)
      try run.saveCheckpoint(Self.name("step", run.step, digits: 8))
      try drop(&stepsKept, "step", 8, run)
    }
    if last, seconds > 0, ticker?.ticks(run) == true { try writeLast(run) }
  }

  private mutating func epochEnded(_ run: any RunState) throws {
    let monitor = monitor ?? Self.loss(of: run)
    if best, isFresh || !monitor.hasPrefix("validation_") {
      isFresh = false
      let value = try run.result(monitor)
      let higher = mode.isHigher(monitor, run)
      if found.take(value, epoch: run.epoch, margin: 0, higher: higher) {
        run.keepAsBest()
        try run.saveCheckpoint("best")
      }
    }
    if let everyEpochs, run.epoch % everyEpochs == 0 {
      epochsKept.append(run.epoch)
      try run.saveCheckpoint(Self.name("epoch", run.epoch, digits: 4))
      try drop(&epochsKept, "epoch", 4, run)
    }
    if run.seconds - writtenAt >= seconds { try writeLast(run) }
  }

  private static func loss(of run: any RunState) -> String {
    run.facts.columns.contains("validation_loss") ? "validation_loss" : "train_loss"
  }

  private mutating func writeLast(_ run: any RunState) throws {
    guard last, writtenStep != run.step else { return }
    writtenStep = run.step
    try run.saveCheckpoint("last")
    // After the writing, which takes time itself.
    writtenAt = run.seconds
    ticker = Ticker(every: seconds, from: writtenAt)
  }

  private func drop(
    _ kept: inout [Int], _ kind: String, _ digits: Int, _ run: any RunState
  ) throws {
    guard let keep else { return }
    while kept.count > keep {
      try run.removeCheckpoint(Self.name(kind, kept.removeFirst(), digits: digits))
    }
  }

  private static func name(_ kind: String, _ number: Int, digits: Int) -> String {
    let text = String(number)
    return kind + "-" + String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  public var memory: CallbackMemory {
    get {
      var memory = CallbackMemory(lists: [
        "epochs": epochsKept.map { Double($0) }, "steps": stepsKept.map { Double($0) },
      ])
      found.store(in: &memory)
      return memory
    }
    set {
      found = Best(newValue)
      epochsKept = (newValue.lists["epochs"] ?? []).map { Int($0) }
      stepsKept = (newValue.lists["steps"] ?? []).map { Int($0) }
    }
  }
}
