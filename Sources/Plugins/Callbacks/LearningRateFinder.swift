import EspalierProtocols
import Foundation

/// Looks for a learning rate before the training begins, on steps that are taken back to the bit.
///
///     rᵢ = from·(to/from)^(i/(steps − 1))                the rate of step i from 0
///     aᵢ = β·aᵢ₋₁ + (1 − β)·Lᵢ,  sᵢ = aᵢ/(1 − βⁱ⁺¹)       its loss L, smoothed
///
/// It stops once s is more than `divergence` times its least value, or no number. The suggestion is a tenth of
/// the rate at which s is least; or the rate at which it falls fastest, by the logarithm of the rate, before
/// that minimum, the first 1/(1 − β) steps left out, in which s is the loss of few batches. That one is
/// led astray by noisy losses. All are written to `learning_rate_finder.csv` in the run's folder; what both rules
/// suggest is logged as `suggested_rate/steepest` and `suggested_rate/minimum`. With `apply` the chosen one
/// takes the place of the optimizer's rate for the whole run, where a schedule starts from it.
///
/// A resumed run looks for nothing and keeps the rate that it found. Smith, 2017.
public struct LearningRateFinder: Callback {
  /// How a rate is read off the losses.
  public enum Rule: String, Choice { case steepest, minimum }

  public static let manifest = Manifest(
    "learning_rate_finder", "tries rising rates on steps that are taken back, and suggests one",
    aliases: ["lr_finder"], paper: "Smith, 2017",
    sample: "{learning_rate_finder: {from: 1e-4, to: 1, steps: 30}}")

  @Parameter("the least rate", in: Bounds.positive) public var from: Double = 1e-6
  @Parameter("the greatest rate", in: Bounds.positive) public var to: Double = 10
  @Parameter("steps from the one to the other", in: 5...100_000, unit: "steps")
  public var steps: Int = 100
  @Parameter("β, the share of the losses before in the smoothed one", in: 0..<1)
  public var smoothing: Double = 0.9
  @Parameter("how many times its least value the loss may be", in: Bounds(lower: 1))
  public var divergence: Double = 4
  @Parameter("how a rate is read off the losses") public var rule: Rule = .minimum
  @Parameter("train with the suggested rate") public var apply: Bool = false

  public init() {}

  public init(
    from: Double = 1e-6, to: Double = 10, steps: Int = 100, smoothing: Double = 0.9,
    divergence: Double = 4, rule: Rule = .minimum, apply: Bool = false
  ) {
    self.from = from
    self.to = to
    self.steps = steps
    self.smoothing = smoothing
    self.divergence = divergence
    self.rule = rule
    self.apply = apply
  }

  public func validate() throws {
    if from >= to { throw PluginError("`from` must be less than `to`, \(to)", parameter: "from") }
  }

  public var events: Set<Event> { [.runStart] }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    guard run.step == 0 else { return .proceed }
    var trials: [RateTrial] = []
    var average = 0.0
    var least = Double.infinity
    try run.rehearse { loss in
      if let loss {
        average = smoothing * average + (1 - smoothing) * loss
        let smoothed = average / (1 - pow(smoothing, Double(trials.count)))
        trials[trials.count - 1].loss = loss
        trials[trials.count - 1].smoothed = smoothed
        // A loss may be negative; then only what is no number is too much.
        guard smoothed.isFinite, least <= 0 || smoothed <= divergence * least else { return nil }
        least = min(least, smoothed)
      }
      guard trials.count < steps else { return nil }
      let share = Double(trials.count) / Double(steps - 1)
      trials.append(RateTrial(rate: from * pow(to / from, share)))
      return trials.last!.rate
    }
    try write(trials, run)
    let found: [Rule: Double] = [
      .steepest: RateTrial.steepest(trials, after: Int(1 / (1 - smoothing))),
      .minimum: RateTrial.beforeMinimum(trials),
    ].compactMapValues { $0 }
    for (rule, rate) in found { run.log("suggested_rate/\(rule.rawValue)", rate) }
    guard apply else { return .proceed }
    guard let rate = found[rule] else {
      throw PluginError(
        "no rate from \(shortest(from)) to \(shortest(to)) lowers the loss", parameter: "from",
        remedy: "begin with a lower rate, or take more steps")
    }
    run.baseLearningRate = rate
    return .proceed
  }

  private func write(_ trials: [RateTrial], _ run: any RunState) throws {
    guard let folder = run.folder else { return }
    let rows = trials.map { "\($0.rate),\($0.loss),\($0.smoothed)\n" }
    let path = folder + "/learning_rate_finder.csv"
    do {
      try Data(("rate,loss,smoothed\n" + rows.joined()).utf8).write(
        to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw PluginError("\(path) cannot be written: \(error.localizedDescription)")
    }
  }
}

/// One step of the search: its rate and what came of it.
struct RateTrial {
  let rate: Double
  var loss = Double.nan
  var smoothed = Double.nan

  /// The place of the least smoothed loss.
  private static func minimum(_ trials: [RateTrial]) -> Int? {
    trials.indices.filter { trials[$0].smoothed.isFinite }
      .min { trials[$0].smoothed < trials[$1].smoothed }
  }

  /// A tenth of the rate with the least loss; `nil` if the loss never fell.
  static func beforeMinimum(_ trials: [RateTrial]) -> Double? {
    minimum(trials).flatMap { $0 == 0 ? nil : trials[$0].rate / 10 }
  }

  /// The rate at which the loss falls fastest before its minimum, by the logarithm of the rate.
  ///
  /// - Parameter settling: first steps that are left out, if any are there behind them.
  static func steepest(_ trials: [RateTrial], after settling: Int) -> Double? {
    guard let end = minimum(trials), end >= 2 else { return nil }
    let start = end > settling + 1 ? max(settling, 1) : 1
    func slope(_ place: Int) -> Double {
      (trials[place + 1].smoothed - trials[place - 1].smoothed)
        / log(trials[place + 1].rate / trials[place - 1].rate)
    }
    let steepest = (start..<end).min { slope($0) < slope($1) }!
    return slope(steepest) < 0 ? trials[steepest].rate : nil
  }
}
