import EspalierProtocols

/// The optimizer's own rate at every step.
public struct ConstantRate: Scheduler {
  public static let manifest = Manifest("constant", "η₀ at every step: no schedule")

  public init() {}

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    base
  }
}
