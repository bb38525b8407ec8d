import EspalierProtocols

/// Looks for a length t along a direction d where the strong Wolfe conditions hold:
///
///     φ(t) ≤ φ(0) + c₁·t·φ'(0)   and   |φ'(t)| ≤ c₂·|φ'(0)|,   φ(t) = f(w + t·d), c₁ = 10⁻⁴, c₂ = 0.9
///
/// The length grows until an interval must hold such a point, which then is narrowed; new lengths are minima
/// of cubics. Nocedal and Wright, *Numerical Optimization*, algorithms 3.5 and 3.6.
struct StrongWolfeSearch {
  struct Trial {
    var length: Double
    var point: ObjectiveValue
    var slope: Double
  }
  private static let decrease = 1e-4
  private static let curvature = 0.9
  private static let most = 25

  private let start: Trial
  private let direction: [Double]
  private let tolerance: Double
  /// Points that were asked for.
  private(set) var asked = 0

  init(start: ObjectiveValue, slope: Double, along direction: [Double], tolerance: Double) {
    self.start = Trial(length: 0, point: start, slope: slope)
    self.direction = direction
    self.tolerance = tolerance
  }

  /// - Parameter evaluate: the objective at a length.
  /// - Returns: the length that was found, or the best there was, which may be 0.
  mutating func run(
    from length: Double, _ evaluate: (Double) throws -> ObjectiveValue
  ) throws -> Trial {
    var before = start
    var trial = try ask(length, evaluate)
    var rounds = 0
    while rounds < Self.most {
      if !falls(trial) || (rounds > 1 && trial.point.value >= before.point.value) {
        return try narrow(before, trial, rounds, evaluate)
      }
      if isFlat(trial) { return trial }
      if trial.slope >= 0 { return try narrow(before, trial, rounds, evaluate) }
      let next = Self.minimum(
        before, trial,
        within: trial.length + 0.01 * (trial.length - before.length)...trial.length * 10)
      before = trial
      trial = try ask(next, evaluate)
      rounds += 1
    }
    return trial.point.value < start.point.value ? trial : start
  }

  private mutating func ask(
    _ length: Double, _ evaluate: (Double) throws -> ObjectiveValue
  ) throws -> Trial {
    asked += 1
    var point = try evaluate(length)
    // Whatever is beyond all numbers is higher than any of them.
    if !point.value.isFinite { point.value = .infinity }
    return Trial(length: length, point: point, slope: dot(point.gradient, direction))
  }

  private func falls(_ trial: Trial) -> Bool {
    trial.point.value <= start.point.value + Self.decrease * trial.length * start.slope
  }

  private func isFlat(_ trial: Trial) -> Bool {
    trial.slope.magnitude <= -Self.curvature * start.slope
  }

  /// Narrows an interval that holds a point as wanted.
  private mutating func narrow(
    _ one: Trial, _ other: Trial, _ rounds: Int, _ evaluate: (Double) throws -> ObjectiveValue
  ) throws -> Trial {
    var (low, high) = one.point.value <= other.point.value ? (one, other) : (other, one)
    var rounds = rounds
    var stalled = false
    let size = direction.largest
    while rounds < Self.most, (high.length - low.length).magnitude * size >= tolerance {
      let bounds = min(low.length, high.length)...max(low.length, high.length)
      var length = Self.minimum(low, high, within: bounds)
      // Twice in a row close to an end is no progress.
      let margin = 0.1 * (bounds.upperBound - bounds.lowerBound)
      if min(bounds.upperBound - length, length - bounds.lowerBound) < margin {
        if stalled || length >= bounds.upperBound || length <= bounds.lowerBound {
          let isUpper = bounds.upperBound - length < length - bounds.lowerBound
          length = isUpper ? bounds.upperBound - margin : bounds.lowerBound + margin
          stalled = false
        } else {
          stalled = true
        }
      } else {
        stalled = false
      }
      let trial = try ask(length, evaluate)
      rounds += 1
      if !falls(trial) || trial.point.value >= low.point.value {
        high = trial
        if high.point.value < low.point.value { swap(&low, &high) }
        continue
      }
      if isFlat(trial) { return trial }
      if trial.slope * (high.length - low.length) >= 0 { high = low }
      low = trial
    }
    return low
  }

  /// The minimum of the cubic through two points with their slopes; the middle where it has none.
  private static func minimum(
    _ one: Trial, _ other: Trial, within bounds: ClosedRange<Double>
  ) -> Double {
    let (a, b) = one.length <= other.length ? (one, other) : (other, one)
    let width = b.length - a.length
    let mean = a.slope + b.slope - 3 * (b.point.value - a.point.value) / width
    let square = mean * mean - a.slope * b.slope
    guard width > 0, square >= 0 else { return (bounds.lowerBound + bounds.upperBound) / 2 }
    let root = square.squareRoot()
    let length = b.length - width * (b.slope + root - mean) / (b.slope - a.slope + 2 * root)
    guard length.isFinite else { return (bounds.lowerBound + bounds.upperBound) / 2 }
    return min(max(length, bounds.lowerBound), bounds.upperBound)
  }
}
