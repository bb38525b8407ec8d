import EspalierProtocols

/// The rate goes up and down between the optimizer's rate and a maximum, again and again.
///
/// It rises along a line for `rise` steps and falls for `fall` steps (as many unless given). Of the
/// maximum's distance to the base each cycle reaches: all (`triangular`), half of what the one before
/// reached (`triangular2`), or γᵗ of it at step t (`exp_range`). Smith, 2017.
public struct CyclicRate: Scheduler {
  /// How the height of the cycles changes.
  public enum Shape: String, Choice {
    case triangular, triangular2
    case expRange = "exp_range"
  }

  public static let manifest = Manifest(
    "cyclic", "η₀ + (η₁ − η₀)·triangle(t): up and down between two rates",
    aliases: ["cyclical"], paper: "Smith, 2017",
    sample: "{cyclic: {maximum: 0.1, rise: 2000}}")

  @Parameter("highest rate", in: Bounds.positive) public var maximum: Double
  @Parameter("steps or epochs of the way up", in: 1...) public var rise: Int = 2000
  @Parameter("steps or epochs of the way down; null is as many", in: 1...) public var fall: Int?
  @Parameter("how the height of the cycles changes") public var shape: Shape = .triangular
  @Parameter("γ of `exp_range`", in: Bounds.share) public var gamma: Double = 0.9999
  @Parameter("what is counted") public var unit: ScheduleUnit = .steps

  public init() {}

  public init(
    maximum: Double, rise: Int = 2000, fall: Int? = nil, shape: Shape = .triangular,
    gamma: Double = 0.9999, unit: ScheduleUnit = .steps
  ) {
    self.maximum = maximum
    self.rise = rise
    self.fall = fall
    self.shape = shape
    self.gamma = gamma
    self.unit = unit
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let now = time.elapsed(in: unit)
    let fall = fall ?? rise
    let (cycle, place) = now.quotientAndRemainder(dividingBy: rise + fall)
    let height =
      place <= rise
      ? Double(place) / Double(rise) : Double(rise + fall - place) / Double(fall)
    let scale =
      switch shape {
      case .triangular: 1.0
      case .triangular2: power(0.5, Double(cycle))
      case .expRange: power(gamma, Double(now))
      }
    return base + (maximum - base) * height * scale
  }
}
