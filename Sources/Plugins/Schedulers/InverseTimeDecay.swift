import EspalierProtocols

/// The rate falls with time: η = η₀ / (1 + k·t).
///
/// t counts epochs unless `unit: steps`.
public struct InverseTimeDecay: Scheduler {
  public static let manifest = Manifest(
    "inverse_time", "η₀/(1 + kt): half the rate after 1/k epochs",
    aliases: ["inverse_time_decay"], sample: "{inverse_time: {k: 0.1}}")

  @Parameter("k, how fast the rate falls", in: 0...) public var k: Double
  @Parameter("what is counted") public var unit: ScheduleUnit = .epochs

  public init() {}

  public init(k: Double, unit: ScheduleUnit = .epochs) {
    self.k = k
    self.unit = unit
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    base / (1 + k * Double(time.elapsed(in: unit)))
  }
}
