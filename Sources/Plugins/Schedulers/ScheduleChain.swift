import EspalierProtocols

/// Schedules at the same time: each changes the rate that the one before it gives.
///
/// η = sₙ(… s₂(s₁(η₀))). Those that multiply the rate by factors multiply all of their factors.
public struct ScheduleChain: Scheduler {
  public static let manifest = Manifest(
    "chained", "sₙ(… s₁(η₀)): schedules at the same time, whose factors are multiplied",
    aliases: ["chain"],
    sample:
      "{chained: {schedules: [{linear: {from: 0.1, to: 1, steps: 100}}, {step: {step_size: 20, gamma: 0.5}}]}}"
  )

  @Component("the schedules in their order") public var schedules: [any Scheduler]

  public init() {}

  public init(_ schedules: [any Scheduler]) { self.schedules = schedules }

  public var monitor: String? { schedules.lazy.compactMap(\.monitor).first }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    var rate = base
    for (place, schedule) in schedules.enumerated() {
      var inner = memory.part("\(place)")
      rate = schedule.rate(rate, at: time, memory: &inner)
      memory.set(inner, as: "\(place)")
    }
    return rate
  }

  public func observe(_ metrics: [String: Double], memory: inout ScheduleMemory) {
    for (place, schedule) in schedules.enumerated() {
      var inner = memory.part("\(place)")
      schedule.observe(metrics, memory: &inner)
      memory.set(inner, as: "\(place)")
    }
  }
}
