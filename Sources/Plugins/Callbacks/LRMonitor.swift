import EspalierProtocols

/// Logs the learning rate of each step, or of every nth, to draw a schedule as it was.
public struct LRMonitor: Callback {
  public static let manifest = Manifest(
    "lr_monitor", "logs the learning rate of steps", aliases: ["learning_rate_monitor"],
    sample: "{lr_monitor: {every: 10}}")

  @Parameter("steps from one to the next", in: 1..., unit: "steps") public var every: Int = 1

  public init() {}

  public init(every: Int) { self.every = every }

  public var events: Set<Event> { [.batchEnd] }

  public func isDue(_ event: Event, at step: Int) -> Bool { (step - 1).isMultiple(of: every) }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    run.log("learning_rate", run.learningRate)
    return .proceed
  }
}
