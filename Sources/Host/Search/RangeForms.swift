import EspalierProtocols

/// How a range is written: `uniform: [0, 0.5]` or `uniform: {from: 0, to: 0.5, step: 0.1}`.
protocol RangeForm: ConfigSection {
  static var name: String { get }
  /// The keys that a list of two numbers stands for.
  static var ends: (String, String) { get }
  /// The range, or what is wrong with it: the key to blame, and a sentence.
  func range() -> Result<SearchRange, RangeProblem>
}

struct RangeProblem: Error {
  let key: String
  let message: String
  let label: String
}

extension RangeForm {
  static var ends: (String, String) { ("from", "to") }
}

/// The forms in the order of listings.
enum RangeForms {
  static let all: [any RangeForm.Type] = [
    UniformForm.self, LogUniformForm.self, IntegerForm.self, LogIntegerForm.self, NormalForm.self,
  ]
  /// A list of values may be written as a range is, too.
  static let choice = "choice"
}

/// Beyond, whole numbers are not exact in double precision, and a range has too many steps to count.
private let largest = 1e15

private func checkedEnds(_ from: Double, _ to: Double) -> RangeProblem? {
  for (key, value) in [("from", from), ("to", to)] where !value.isFinite || abs(value) > largest {
    return RangeProblem(
      key: key, message: "a range ends at a finite number, not at \(ConfigValue.format(value))",
      label: "write a number up to 1e15")
  }
  guard from < to else {
    return RangeProblem(
      key: "to",
      message: "the range ends at \(ConfigValue.format(to)), "
        + "which is not above its beginning, \(ConfigValue.format(from))",
      label: "write the least value first, then the largest")
  }
  return nil
}

private func needsPositive(_ from: Double) -> RangeProblem {
  RangeProblem(
    key: "from", message: "a logarithmic range begins above 0, not at \(ConfigValue.format(from))",
    label: "write a small number, such as 1e-5, or a range that is not logarithmic")
}

struct UniformForm: RangeForm {
  static let name = "uniform"
  static let text = "numbers, all equally likely"
  @Parameter("least number") var from: Double
  @Parameter("largest number") var to: Double
  @Parameter(
    "distance from one number to the next; without a word any are tried", in: Bounds.positive)
  var step: Double?

  func range() -> Result<SearchRange, RangeProblem> {
    if let problem = checkedEnds(from, to) { return .failure(problem) }
    if let step, !((to - from) / step <= largest && step <= to - from) {
      return .failure(
        RangeProblem(
          key: "step", message: "steps of \(ConfigValue.format(step)) do not fit the range",
          label: "write a distance within \(ConfigValue.format(to - from))"))
    }
    return .success(.uniform(from...to, step: step))
  }
}

struct LogUniformForm: RangeForm {
  static let name = "log_uniform"
  static let text = "numbers whose logarithms are equally likely"
  @Parameter("least number, above 0") var from: Double
  @Parameter("largest number") var to: Double

  func range() -> Result<SearchRange, RangeProblem> {
    if let problem = checkedEnds(from, to) { return .failure(problem) }
    return from > 0 ? .success(.logUniform(from...to)) : .failure(needsPositive(from))
  }
}

struct IntegerForm: RangeForm {
  static let name = "integer"
  static let text = "whole numbers, all equally likely"
  @Parameter("least number") var from: Int
  @Parameter("largest number") var to: Int
  @Parameter("distance from one number to the next", in: 1...) var step = 1
  @Parameter("whether the logarithms are equally likely") var log = false

  func range() -> Result<SearchRange, RangeProblem> {
    if let problem = checkedEnds(Double(from), Double(to)) { return .failure(problem) }
    if log, from < 1 { return .failure(needsPositive(Double(from))) }
    guard step <= to - from else {
      return .failure(
        RangeProblem(
          key: "step", message: "steps of \(step) do not fit the range",
          label: "write a distance within \(to - from)"))
    }
    // The last number is the last that a step reaches.
    let last = from + (to - from) / step * step
    return .success(.integer(from...last, step: step, isLog: log))
  }
}

struct LogIntegerForm: RangeForm {
  static let name = "log_integer"
  static let text = "whole numbers whose logarithms are equally likely"
  @Parameter("least number, 1 or more") var from: Int
  @Parameter("largest number") var to: Int
  @Parameter("distance from one number to the next", in: 1...) var step = 1

  func range() -> Result<SearchRange, RangeProblem> {
    var form = IntegerForm()
    (form.from, form.to, form.step, form.log) = (from, to, step, true)
    return form.range()
  }
}

struct NormalForm: RangeForm {
  static let name = "normal"
  static let text = "normally distributed numbers"
  static let ends = ("mean", "deviation")
  @Parameter("their mean") var mean: Double
  @Parameter("their standard deviation", in: Bounds.positive) var deviation: Double

  func range() -> Result<SearchRange, RangeProblem> {
    .success(.normal(mean: mean, deviation: deviation))
  }
}
