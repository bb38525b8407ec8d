import EspalierProtocols

/// One rise and one fall over the run: up from a small rate to the optimizer's, then down to nearly
/// nothing.
///
/// The optimizer's rate is the peak. The rate begins at peak/`div_factor`, reaches the peak at step
/// `rise`·T − 1 and ends at peak/`div_factor`/`final_div_factor` at step T − 1; with `three_phase` the
/// fall first mirrors the rise and then goes on to the end. T is the whole run unless `steps` is given.
/// Only the rate moves, momentum stays as it is. Smith and Topin, 2018.
public struct OneCycle: Scheduler {
  /// The form of rise and fall.
  public enum Curve: String, Choice { case cosine, linear }

  public static let manifest = Manifest(
    "one_cycle",
    "η₀/25 up to η₀, then down to η₀/250000, along half cosines: one rise and one fall a run",
    aliases: ["onecycle"], paper: "Smith and Topin, 2018", sample: "{one_cycle: {rise: 0.3}}")

  @Parameter("share of the run in which the rate rises", in: Bounds.openUnit)
  public var rise: Double = 0.3
  @Parameter("peak over first rate", in: Bounds.positive) public var divFactor: Double = 25
  @Parameter("first rate over last rate", in: Bounds.positive) public var finalDivFactor: Double =
    1e4
  @Parameter("form of rise and fall") public var shape: Curve = .cosine
  @Parameter("fall as long as the rise was, then on to the end") public var threePhase: Bool = false
  @Parameter("T, steps of the cycle; null is the whole run", in: 1...) public var steps: Int?

  public init() {}

  public init(
    rise: Double, divFactor: Double = 25, finalDivFactor: Double = 1e4, shape: Curve = .cosine,
    threePhase: Bool = false, steps: Int? = nil
  ) {
    self.rise = rise
    self.divFactor = divFactor
    self.finalDivFactor = finalDivFactor
    self.shape = shape
    self.threePhase = threePhase
    self.steps = steps
  }

  public func validate() throws {
    if threePhase, rise > 0.5 {
      throw PluginError(
        "rise and fall of three phases leave no end: at most 0.5", parameter: "rise")
    }
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let length = Double(steps ?? time.totalSteps)
    let first = base / divFactor
    let last = first / finalDivFactor
    // Where each part ends, and the rate it leads to.
    let parts =
      threePhase
      ? [(rise * length - 1, base), (2 * rise * length - 2, first), (length - 1, last)]
      : [(rise * length - 1, base), (length - 1, last)]
    let now = Double(time.step)
    var (start, from) = (0.0, first)
    for (end, to) in parts {
      if now <= end {
        let share = end > start ? (now - start) / (end - start) : 1
        return shape == .cosine
          ? cosineAnneal(from: from, to: to, share) : linearAnneal(from: from, to: to, share)
      }
      (start, from) = (end, to)
    }
    return last
  }
}
