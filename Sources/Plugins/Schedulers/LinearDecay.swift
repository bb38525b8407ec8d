import EspalierProtocols

/// The rate changes along a line.
///
///     η = η₀·(a + (b − a)·min(t, T)/T)        from `from` = a to `to` = b over `steps` = T
///     η = max(η₀ − k·t, minimum)              with `k`
///
/// T is the whole run unless given. t counts steps unless `unit: epochs`.
public struct LinearDecay: Scheduler {
  public static let manifest = Manifest(
    "linear", "η₀·(a + (b − a)·t/T), or η₀ − kt: the rate changes along a line",
    aliases: ["linear_decay"], sample: "{linear: {to: 0.1}}")

  @Parameter("factor of the rate at the beginning", in: 0...) public var from: Double = 1
  @Parameter("factor of the rate at the end", in: 0...) public var to: Double = 0
  @Parameter("steps or epochs from beginning to end; null is the whole run", in: 1...)
  public var steps: Int?
  @Parameter("how much the rate falls each step or epoch, in place of the two factors", in: 0...)
  public var k: Double?
  @Parameter("what the rate does not fall below", in: 0...) public var minimum: Double = 0
  @Parameter("what is counted") public var unit: ScheduleUnit = .steps

  public init() {}

  public init(
    from: Double = 1, to: Double, steps: Int? = nil, minimum: Double = 0,
    unit: ScheduleUnit = .steps
  ) {
    self.from = from
    self.to = to
    self.steps = steps
    self.minimum = minimum
    self.unit = unit
  }

  /// A rate that falls by k each step or epoch.
  public init(k: Double, minimum: Double = 0, unit: ScheduleUnit = .steps) {
    self.k = k
    self.minimum = minimum
    self.unit = unit
  }

  public func validate() throws {
    if k != nil, steps != nil {
      throw PluginError("with `k` the line has no end: leave `steps` out", parameter: "steps")
    }
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let now = Double(time.elapsed(in: unit))
    if let k { return max(base - k * now, minimum) }
    let length = Double(max(steps ?? time.total(in: unit), 1))
    return max(base * linearAnneal(from: from, to: to, min(now, length) / length), minimum)
  }
}
