import EspalierProtocols

/// A value of a run in Swift that a search varies.
///
/// ```swift
/// .logUniform("rate", 1e-5...1e-1)
/// .integer("units", 16...256, step: 16)
/// .choice("activation", [ReLU(), Tanh()] as [any Activation])
/// ```
public struct Searched<Value: Sendable>: Sendable {
  /// What it is called in tables, each name once; one that is `seed` is taken for a seed.
  public let name: String
  /// What it can be.
  public let range: SearchRange
  /// What is wrong with the range.
  package let problem: String?
  /// The value that a number of the range stands for.
  package let value: @Sendable (Double) -> Value

  private init(
    _ name: String, _ range: Result<SearchRange, RangeProblem>,
    value: @escaping @Sendable (Double) -> Value
  ) {
    self.name = name
    self.value = value
    switch range {
    case .success(let range): (self.range, problem) = (range, nil)
    case .failure(let failure): (self.range, problem) = (.choice([.null]), failure.message)
    }
  }
}

extension Searched where Value == Double {
  /// Numbers, all equally likely.
  ///
  /// - Parameter step: distance from one to the next, above 0; any are tried unless given.
  public static func uniform(
    _ name: String, _ range: ClosedRange<Double>, step: Double? = nil
  ) -> Searched {
    if let step, !(step > 0) { return wrong(name, "steps of \(step) lead nowhere") }
    var form = UniformForm()
    (form.from, form.to, form.step) = (range.lowerBound, range.upperBound, step)
    return Searched(name, form.range()) { $0 }
  }

  /// Numbers above 0 whose logarithms are equally likely: right for rates and strengths.
  public static func logUniform(_ name: String, _ range: ClosedRange<Double>) -> Searched {
    var form = LogUniformForm()
    (form.from, form.to) = (range.lowerBound, range.upperBound)
    return Searched(name, form.range()) { $0 }
  }

  /// Normally distributed numbers.
  ///
  /// - Parameter deviation: their standard deviation, above 0.
  public static func normal(_ name: String, mean: Double, deviation: Double) -> Searched {
    guard mean.isFinite, deviation > 0, deviation.isFinite else {
      return wrong(name, "a deviation is above 0, not \(deviation)")
    }
    return Searched(name, .success(.normal(mean: mean, deviation: deviation))) { $0 }
  }

  private static func wrong(_ name: String, _ message: String) -> Searched {
    Searched(name, .failure(RangeProblem(key: "", message: message, label: ""))) { $0 }
  }
}

extension Searched where Value == Int {
  /// Whole numbers, all equally likely.
  ///
  /// - Parameter step: distance from one to the next, 1 or more.
  public static func integer(
    _ name: String, _ range: ClosedRange<Int>, step: Int = 1
  ) -> Searched { integer(name, range, step, isLog: false) }

  /// Whole numbers from 1 on whose logarithms are equally likely: right for sizes.
  ///
  /// - Parameter step: distance from one to the next, 1 or more.
  public static func logInteger(
    _ name: String, _ range: ClosedRange<Int>, step: Int = 1
  ) -> Searched { integer(name, range, step, isLog: true) }

  private static func integer(
    _ name: String, _ range: ClosedRange<Int>, _ step: Int, isLog: Bool
  ) -> Searched {
    guard step > 0 else {
      let problem = RangeProblem(key: "step", message: "steps of \(step) lead nowhere", label: "")
      return Searched(name, .failure(problem)) { Int($0) }
    }
    var form = IntegerForm()
    (form.from, form.to, form.step, form.log) = (range.lowerBound, range.upperBound, step, isLog)
    return Searched(name, form.range()) { Int($0) }
  }
}

extension Searched {
  /// One of some values: numbers, texts, plugins, or anything else that prints as what it is.
  public static func choice(_ name: String, _ values: [Value]) -> Searched {
    let described = values.map(describe)
    guard !described.isEmpty, Set(described).count == described.count else {
      let message =
        described.isEmpty
        ? "a list of values to try has at least one" : "a value to try is in the list twice"
      return Searched(name, .failure(RangeProblem(key: "", message: message, label: ""))) { _ in
        preconditionFailure("a search with such a list is refused")
      }
    }
    return Searched(name, .success(.choice(described))) { values[Int($0)] }
  }

  private static func describe(_ value: Value) -> ConfigValue {
    switch value {
    case let value as Bool: .bool(value)
    case let value as Int: .integer(value)
    case let value as Double: .number(value)
    // As it is written: 0.1, not 0.10000000149.
    case let value as Float: .number(Double("\(value)") ?? Double(value))
    case let value as String: .text(value)
    case let value as any Plugin: Schema.describe(value)
    default: .text("\(value)")
    }
  }
}
