/// The values that a number may take.
public struct Bounds: Sendable, Hashable {
  /// The least value; `nil` for none.
  public var lower: Double?
  /// The largest value; `nil` for none.
  public var upper: Double?
  /// Whether the lower bound itself is allowed.
  public var includesLower: Bool
  /// Whether the upper bound itself is allowed.
  public var includesUpper: Bool

  public init(
    lower: Double? = nil, upper: Double? = nil, includesLower: Bool = true,
    includesUpper: Bool = true
  ) {
    self.lower = lower
    self.upper = upper
    self.includesLower = includesLower
    self.includesUpper = includesUpper
  }

  /// Everything above zero, zero itself excluded.
  public static let positive = Bounds(lower: 0, includesLower: false)
  /// Above zero and below one, both excluded.
  public static let openUnit = Bounds(
    lower: 0, upper: 1, includesLower: false, includesUpper: false)
  /// Above zero, up to and including one.
  public static let share = Bounds(lower: 0, upper: 1, includesLower: false)

  /// Whether a value lies within.
  public func contains(_ value: Double) -> Bool {
    if let lower, includesLower ? value < lower : value <= lower { return false }
    if let upper, includesUpper ? value > upper : value >= upper { return false }
    return true
  }

  /// The bounds in a formula's form: `0 ≤ x < 1`, `x > 0`.
  public var inWords: String {
    if let lower, upper == nil {
      return "x " + (includesLower ? "≥ " : "> ") + ConfigValue.format(lower)
    }
    let low = lower.map { ConfigValue.format($0) + (includesLower ? " ≤ " : " < ") } ?? ""
    let high = upper.map { (includesUpper ? " ≤ " : " < ") + ConfigValue.format($0) } ?? ""
    return low + "x" + high
  }
}

/// A range written in Swift (`0...1`, `1...`, `..<1`) as a parameter's bounds.
public protocol BoundsConvertible { var bounds: Bounds { get } }

extension Bounds: BoundsConvertible { public var bounds: Bounds { self } }
extension ClosedRange: BoundsConvertible where Bound: NumericValue {
  public var bounds: Bounds { Bounds(lower: lowerBound.asDouble, upper: upperBound.asDouble) }
}
extension Range: BoundsConvertible where Bound: NumericValue {
  public var bounds: Bounds {
    Bounds(lower: lowerBound.asDouble, upper: upperBound.asDouble, includesUpper: false)
  }
}
extension PartialRangeFrom: BoundsConvertible where Bound: NumericValue {
  public var bounds: Bounds { Bounds(lower: lowerBound.asDouble) }
}
extension PartialRangeUpTo: BoundsConvertible where Bound: NumericValue {
  public var bounds: Bounds { Bounds(upper: upperBound.asDouble, includesUpper: false) }
}
extension PartialRangeThrough: BoundsConvertible where Bound: NumericValue {
  public var bounds: Bounds { Bounds(upper: upperBound.asDouble) }
}
