import EspalierProtocols

/// Ends a run when a result stops getting better, and goes back to the best weights.
///
/// After each epoch with a validation: a value better than the best so far by more than `min_delta`
/// becomes the best and its weights are kept; after `patience` epochs in a row without one the run
/// ends. The kept weights are what the run saves and tests. Values that are no numbers are no
/// improvement. Prechelt, 1998.
public struct EarlyStopping: Callback {
  public static let manifest = Manifest(
    "early_stopping", "ends the run after `patience` epochs without improvement; best weights kept",
    paper: "Prechelt, 1998",
    sample: "{early_stopping: {monitor: validation_loss, patience: 10}}")

  @Parameter("the result that is watched") public var monitor: String? = "validation_loss"
  @Parameter("epochs without improvement that end the run", in: 1..., unit: "epochs")
  public var patience: Int = 10
  @Parameter("by how much a value must be better to count", in: 0...)
  public var minDelta: Double = 0
  @Parameter("whether less or more is better; `auto` asks the result") public var mode:
    MonitorMode =
      .auto
  @Parameter("keep the weights of the best epoch as the run's result") public var restoreBest:
    Bool =
      true

  private var best = Best()
  private var waited = 0
  private var isFresh = false

  public init() {}

  public init(
    patience: Int, monitor: String = "validation_loss", minDelta: Double = 0,
    mode: MonitorMode = .auto, restoreBest: Bool = true
  ) {
    self.patience = patience
    self.monitor = monitor
    self.minDelta = minDelta
    self.mode = mode
    self.restoreBest = restoreBest
  }

  public func validate() throws {
    if monitor == nil {
      throw PluginError(
        "a result to watch is needed, such as `validation_loss`", parameter: "monitor")
    }
  }

  public var events: Set<Event> { [.validationEnd, .epochEnd] }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    guard let monitor else { return .proceed }
    if event == .validationEnd {
      isFresh = true
      return .proceed
    }
    // Where not every epoch is validated, an old value is no second failure to improve.
    if monitor.hasPrefix("validation_"), !isFresh { return .proceed }
    isFresh = false
    let value = try run.result(monitor)
    let higher = mode.isHigher(monitor, run)
    if best.take(value, epoch: run.epoch, margin: minDelta, higher: higher) {
      waited = 0
      if restoreBest { run.keepAsBest() }
      return .proceed
    }
    waited += 1
    guard waited >= patience else { return .proceed }
    let epochs = patience == 1 ? "1 epoch" : "\(patience) epochs"
    guard let found = best.value else { return .stop("\(monitor) was no number for \(epochs)") }
    return .stop(
      "\(monitor) did not improve for \(epochs): best \(brief(found)) in epoch \(best.epoch)")
  }

  public var memory: CallbackMemory {
    get {
      var memory = CallbackMemory(numbers: ["waited": Double(waited)])
      best.store(in: &memory)
      return memory
    }
    set {
      best = Best(newValue)
      waited = Int(newValue.numbers["waited"] ?? 0)
    }
  }
}
