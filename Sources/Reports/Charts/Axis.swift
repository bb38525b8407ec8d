import Foundation

/// What values lie along one side of a chart, and where its ticks are.
struct Axis: Sendable {
  enum Scale: Sendable { case linear, logarithmic }

  let scale: Scale
  let lower: Double
  let upper: Double
  /// Whether ticks are at whole numbers alone: epochs, steps.
  var isWhole = false

  init(_ range: ClosedRange<Double>, scale: Scale = .linear, isWhole: Bool = false) {
    self.scale = scale
    self.isWhole = isWhole
    (lower, upper) = (range.lowerBound, range.upperBound)
  }

  /// An axis that shows all finite values, with a little room beyond them.
  ///
  /// - Parameters:
  ///   - scale: `nil` takes a logarithmic one for positive values that differ by a factor of 30 and more.
  ///   - bounds: what the values cannot go beyond, so that no room is left there.
  init(
    fitting values: [Double], scale wanted: Scale? = nil,
    within bounds: ClosedRange<Double> = -.infinity...(.infinity), isWhole: Bool = false,
    margin: Double = 0.04
  ) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = (0, 1) }
    let scale = wanted ?? (low > 0 && high / low >= 30 ? .logarithmic : .linear)
    self.scale = scale == .logarithmic && low > 0 ? .logarithmic : .linear
    self.isWhole = isWhole
    if self.scale == .logarithmic {
      // By logarithms: the quotient of two numbers may be larger than any.
      let room = max((log10(high) - log10(low)) * margin, 0.01)
      lower = max(low * pow(10, -room), .leastNormalMagnitude)
      upper = min(high * pow(10, room), .greatestFiniteMagnitude)
      return
    }
    var room = (high - low) * margin
    if room == 0 { room = max(abs(low) * 0.1, isWhole ? 0.5 : 1e-6) }
    // Numbers near the largest there are have no room beyond.
    guard room.isFinite, (low - room).isFinite, (high + room).isFinite else {
      (lower, upper) = (low / 2, max(high / 2, low / 2 + 1))
      return
    }
    lower = max(low - room, min(low, bounds.lowerBound))
    upper = min(high + room, max(high, bounds.upperBound))
  }

  /// Where a value lies, from 0 at the lower end to 1 at the upper.
  func share(_ value: Double) -> Double {
    guard scale == .logarithmic else {
      return upper > lower ? (value - lower) / (upper - lower) : 0.5
    }
    guard value > 0 else { return 0 }
    return (log10(value) - log10(lower)) / (log10(upper) - log10(lower))
  }

  /// The values of the ticks with their labels; steps of 1, 2 or 5, or decades.
  func ticks(about count: Int = 5) -> [(value: Double, label: String)] {
    scale == .logarithmic ? decades(about: count) : steps(about: count)
  }

  private func steps(about count: Int) -> [(value: Double, label: String)] {
    let span = upper - lower
    guard span > 0, span.isFinite else { return [(lower, NumberWords.brief(lower))] }
    let raw = span / Double(max(count, 1))
    let power = pow(10, floor(log10(raw)))
    guard power > 0, power.isFinite else { return [] }
    var step = [1.0, 2, 5, 10].first { $0 * power >= raw * 0.999 }! * power
    if isWhole { step = max(step.rounded(), 1) }
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 100 else { return [] }
    return stride(from: first, through: last, by: 1).map {
      let value = $0 * step
      return (value, NumberWords.tick(value, step: step))
    }
  }

  private func decades(about count: Int) -> [(value: Double, label: String)] {
    let first = Int((log10(lower) - 1e-9).rounded(.up))
    let last = Int((log10(upper) + 1e-9).rounded(.down))
    if last - first >= 1 {
      let every = max(1, (last - first + count - 1) / max(count, 1))
      return stride(from: first, through: last, by: every).map {
        let value = pow(10, Double($0))
        return (value, NumberWords.logarithmicTick(value))
      }
    }
    // Less than two decades: 1, 2 and 5 of each.
    var ticks: [(Double, String)] = []
    for power in (first - 1)...(last + 1) {
      for digit in [1.0, 2, 5] {
        let value = digit * pow(10, Double(power))
        if value >= lower, value <= upper {
          ticks.append((value, NumberWords.logarithmicTick(value)))
        }
      }
    }
    return ticks
  }
}

extension Axis {
  /// To the base of ten.
  static func logarithm(_ value: Double) -> Double { log10(value) }
  static func power(_ logarithm: Double) -> Double { pow(10, logarithm) }
}
