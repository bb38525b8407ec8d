import EspalierProtocols

/// The rate falls along half a cosine: η = m + (η₀ − m)·(1 + cos(π·t/T))/2.
///
/// T is the whole run unless `steps` is given; m is `minimum`. t counts steps unless `unit: epochs`.
/// With a T shorter than the run the cosine goes on and the rate rises again, as the formula says;
/// `cosine_restarts` jumps back instead. Loshchilov and Hutter, 2017.
public struct CosineDecay: Scheduler {
  public static let manifest = Manifest(
    "cosine", "m + (η₀ − m)·(1 + cos(πt/T))/2: the rate falls along half a cosine",
    aliases: ["cosine_annealing"], paper: "Loshchilov and Hutter, 2017",
    sample: "{cosine: {minimum: 1e-5}}")

  @Parameter("rate at the end", in: 0...) public var minimum: Double = 0
  @Parameter(
    "T, steps or epochs from the first rate to the minimum; null is the whole run", in: 1...)
  public var steps: Int?
  @Parameter("what is counted") public var unit: ScheduleUnit = .steps

  public init() {}

  public init(minimum: Double, steps: Int? = nil, unit: ScheduleUnit = .steps) {
    self.minimum = minimum
    self.steps = steps
    self.unit = unit
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let length = Double(max(steps ?? time.total(in: unit), 1))
    return cosineAnneal(from: base, to: minimum, Double(time.elapsed(in: unit)) / length)
  }
}
