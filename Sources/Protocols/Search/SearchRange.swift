/// What a searched value can be, and how likely each is where it is drawn at random.
///
/// Every value has a position, 0 ≤ u < 1: the share of draws that come to less. Strategies work on positions, so
/// one that knows nothing of logarithms searches them right.
public enum SearchRange: Sendable, Hashable {
  /// One of these, all equally likely. Their numbers are their indices.
  case choice([ConfigValue])
  /// low ≤ x ≤ high, all equally likely; with a step only low, low + step, …
  case uniform(ClosedRange<Double>, step: Double? = nil)
  /// low ≤ x ≤ high, whose logarithms are equally likely: as many draws between 0.001 and 0.01 as between
  /// 0.01 and 0.1.
  case logUniform(ClosedRange<Double>)
  /// low, low + step, … up to high, equally likely, or with `isLog` as the logarithms are.
  case integer(ClosedRange<Int>, step: Int = 1, isLog: Bool = false)
  /// Normally distributed numbers.
  case normal(mean: Double, deviation: Double)

  /// How many values there are; `nil` for a range without steps.
  public var count: Int? {
    switch self {
    case .choice(let values): values.count
    case .uniform(let range, let step?): Self.steps(range, step)
    case .integer(let range, let step, _): (range.upperBound - range.lowerBound) / step + 1
    case .uniform, .logUniform, .normal: nil
    }
  }

  /// The number at a position. Those of a range without steps have six significant digits.
  public func value(at position: Double) -> Double {
    let u = min(max(position, 0), 1)
    switch self {
    case .choice(let values): return Double(Self.index(u, values.count))
    case .uniform(let range, let step?):
      return Self.step(Self.index(u, Self.steps(range, step)), range, step)
    case .uniform(let range, nil):
      return Self.short(
        range.lowerBound + u * (range.upperBound - range.lowerBound), within: range)
    case .logUniform(let range):
      let (low, high) = (_log(range.lowerBound), _log(range.upperBound))
      return Self.short(_exp(low + u * (high - low)), within: range)
    case .integer(let range, let step, false):
      return Double(range.lowerBound + step * Self.index(u, count ?? 1))
    case .integer(let range, let step, true):
      let (low, high) = Self.logBounds(range)
      let offset = (_exp(low + u * (high - low)) - Double(range.lowerBound)) / Double(step)
      let index = min(max(offset.rounded(), 0), Double((count ?? 1) - 1))
      return Double(range.lowerBound + step * Int(index))
    case .normal(let mean, let deviation):
      return Self.short(mean + deviation * NormalDistribution.quantile(u))
    }
  }

  /// The position of a number: of one that stands for a share of positions, their middle.
  public func position(of number: Double) -> Double {
    switch self {
    case .choice(let values): return (number + 0.5) / Double(values.count)
    case .uniform(let range, let step?):
      let count = Self.steps(range, step)
      return (((number - range.lowerBound) / step).rounded() + 0.5) / Double(count)
    case .uniform(let range, nil):
      let width = range.upperBound - range.lowerBound
      return width > 0 ? (number - range.lowerBound) / width : 0.5
    case .logUniform(let range):
      let (low, high) = (_log(range.lowerBound), _log(range.upperBound))
      return high > low ? (_log(number) - low) / (high - low) : 0.5
    case .integer(let range, let step, false):
      return ((number - Double(range.lowerBound)) / Double(step) + 0.5) / Double(count ?? 1)
    case .integer(let range, _, true):
      let (low, high) = Self.logBounds(range)
      return min(max((_log(number) - low) / (high - low), 0), 1)
    case .normal(let mean, let deviation):
      return NormalDistribution.share(below: (number - mean) / deviation)
    }
  }

  /// Whether a number is among those that it can be.
  public func contains(_ number: Double) -> Bool {
    switch self {
    case .choice(let values):
      return number >= 0 && number < Double(values.count) && number == number.rounded()
    case .uniform(let range, let step):
      guard range.contains(number) else { return false }
      return step.map { abs((number - range.lowerBound).remainder(dividingBy: $0)) < $0 * 1e-6 }
        ?? true
    case .logUniform(let range): return range.contains(number)
    case .integer(let range, let step, _):
      guard let whole = Int(exactly: number), range.contains(whole) else { return false }
      return (whole - range.lowerBound) % step == 0
    case .normal: return number.isFinite
    }
  }

  /// The value of the config that a number stands for.
  public func configValue(of number: Double) -> ConfigValue {
    switch self {
    case .choice(let values): values[Int(number)]
    case .integer: .integer(Int(number))
    case .uniform, .logUniform, .normal: .number(number)
    }
  }

  // MARK: Steps and digits

  private static func index(_ u: Double, _ count: Int) -> Int {
    min(Int(u * Double(count)), count - 1)
  }

  /// As many steps as fit; the last may be a rounding error beyond the end.
  private static func steps(_ range: ClosedRange<Double>, _ step: Double) -> Int {
    Int((range.upperBound - range.lowerBound) / step + 1e-9) + 1
  }

  /// A value of a range with steps, without the noise of binary fractions: 0.3, not 0.30000000000000004.
  private static func step(_ index: Int, _ range: ClosedRange<Double>, _ step: Double) -> Double {
    short(range.lowerBound + Double(index) * step, digits: 12, within: range)
  }

  /// Each whole number has the share of the logarithms between half a step below and above.
  private static func logBounds(_ range: ClosedRange<Int>) -> (Double, Double) {
    (_log(Double(range.lowerBound) - 0.5), _log(Double(range.upperBound) + 0.5))
  }

  /// A number in few significant digits, so that what a table shows is what was trained with.
  private static func short(
    _ number: Double, digits: Int = 6, within range: ClosedRange<Double>? = nil
  ) -> Double {
    guard number != 0, number.isFinite else { return number }
    let scale = digits - 1 - Int(_log10(abs(number)).rounded(.down))
    let power = _pow10(Double(abs(scale)))
    let result =
      scale >= 0 ? (number * power).rounded() / power : (number / power).rounded() * power
    guard let range else { return result }
    return min(max(result, range.lowerBound), range.upperBound)
  }
}
