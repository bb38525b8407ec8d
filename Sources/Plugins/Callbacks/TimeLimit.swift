import EspalierProtocols

/// Ends a run in good order when it has trained for a given time.
///
/// Time counts from the start of this process: a resumed run has all of it again.
public struct TimeLimit: Callback {
  public static let manifest = Manifest(
    "time_limit", "stops after a time: the run ends in good order, as at its last epoch",
    sample: "{time_limit: {minutes: 30}}")

  @Parameter("hours of training", in: 0..., unit: "hours") public var hours: Double = 0
  @Parameter("minutes of training", in: 0..., unit: "minutes") public var minutes: Double = 0
  @Parameter("seconds of training", in: 0..., unit: "seconds") public var seconds: Double = 0

  public init() {}

  public init(hours: Double = 0, minutes: Double = 0, seconds: Double = 0) {
    self.hours = hours
    self.minutes = minutes
    self.seconds = seconds
  }

  private var limit: Double { hours * 3600 + minutes * 60 + seconds }

  public func validate() throws {
    if limit <= 0 {
      throw PluginError("give `hours`, `minutes` or `seconds`", parameter: "minutes")
    }
  }

  public var events: Set<Event> { [.batchEnd] }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    run.seconds < limit ? .proceed : .stop("the time of \(shortest(limit)) s was up")
  }
}
