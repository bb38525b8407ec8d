import EspalierConformance
import EspalierProtocols
import Foundation

/// Reference numbers from Tests/Fixtures/oracles: what other implementations compute.
///
/// ```swift
/// for reference in try Oracle.cases("activations/gelu") {
///   let differences = try reference.differences { _, tensors in ["y": GELU()(tensors["x"]!)] }
///   #expect(differences.isEmpty, "\(reference.id)")
/// }
/// ```
public enum Oracle {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/oracles")

  /// The cases of a file, such as `layers/conv2d`.
  ///
  /// - Parameter names: only the operations of these names; all unless given.
  public static func cases(_ file: String, named names: Set<String>? = nil) throws -> [OracleCase] {
    struct File: Decodable { let cases: [OracleCase] }
    return try JSONDecoder().decode(File.self, from: data(file)).cases
      .filter { names?.contains($0.name) ?? true }
  }

  /// A whole file, for those that hold something else than cases.
  public static func json(_ file: String) throws -> JSON {
    try JSONDecoder().decode(JSON.self, from: data(file))
  }

  /// Where a fixture lies.
  public static func path(_ file: String) -> String { folder.appendingPathComponent(file).path }

  private static func data(_ file: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(file + ".json"))
  }
}

/// One computation with its expected results; Tests/Fixtures/oracles/README.md describes the keys.
public struct OracleCase: Decodable, Sendable, CustomStringConvertible {
  public let id: String
  /// The operation.
  public let name: String
  public let params: [String: JSON]
  public let tags: Set<String>
  public let inputs: [String: Evaluation.Array]
  /// Learnable tensors by the reference's names.
  public let parameters: [String: Evaluation.Array]
  public let outputs: [String: Evaluation.Array]
  public let upstream: [String: Evaluation.Array]
  public let gradients: [String: Evaluation.Array]
  /// At a kink: the lowest and the highest gradient that is right.
  public let gradientInterval: [String: [String: Evaluation.Array]]
  /// What else is acceptable, in words, by result (`y`, `gradients.x`).
  public let compare: [String: String]
  public let expectsError: Bool
  /// Keys of single families: `expected`, `gradients_set`, `kind`, …
  public let other: [String: JSON]
  private let tolerance: JSON

  public var description: String { id }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func tensors(_ key: String) throws -> [String: Evaluation.Array] {
      try values.decodeIfPresent([String: OracleTensor].self, forKey: Key(key))?
        .mapValues(\.array) ?? [:]
    }
    id = try values.decode(String.self, forKey: Key("id"))
    name = try values.decode(String.self, forKey: Key("name"))
    params = try values.decodeIfPresent([String: JSON].self, forKey: Key("params")) ?? [:]
    tags = Set(try values.decodeIfPresent([String].self, forKey: Key("tags")) ?? [])
    inputs = try tensors("inputs")
    parameters = try tensors("parameters")
    outputs = try tensors("outputs")
    upstream = try tensors("upstream")
    gradients = try tensors("gradients")
    gradientInterval =
      try values.decodeIfPresent(
        [String: [String: OracleTensor]].self, forKey: Key("gradient_interval"))?
      .mapValues { $0.mapValues(\.array) } ?? [:]
    compare = try values.decodeIfPresent([String: String].self, forKey: Key("compare")) ?? [:]
    expectsError = try values.decodeIfPresent(Bool.self, forKey: Key("expects_error")) ?? false
    tolerance = try values.decodeIfPresent(JSON.self, forKey: Key("tolerance")) ?? .null
    let known: Set = [
      "id", "name", "params", "tags", "inputs", "parameters", "outputs", "upstream", "gradients",
      "gradient_interval", "compare", "expects_error", "tolerance", "source", "rule", "note",
    ]
    var other: [String: JSON] = [:]
    for key in values.allKeys where !known.contains(key.stringValue) {
      other[key.stringValue] = try values.decode(JSON.self, forKey: key)
    }
    self.other = other
  }

  // MARK: Hyper-parameters

  public func number(_ param: String) -> Double? { params[param]?.number }
  public func flag(_ param: String) -> Bool? { params[param]?.flag }
  public func text(_ param: String) -> String? { params[param]?.text }
  /// A list of whole numbers, or one as a list.
  public func integers(_ param: String) -> [Int]? {
    if let one = params[param]?.number { return [Int(one)] }
    return params[param]?.list?.compactMap { $0.number.map { Int($0) } }
  }
}

// MARK: - Comparison

extension OracleCase {
  /// How exactly a result was computed.
  public enum Precision: Sendable {
    /// In double precision throughout.
    case double
    /// In double precision, with constants that single precision cannot hold exactly.
    case doubleWithSingleConstants
    case single
  }

  /// The first element that differs more than allowed, in words; `nil` when all agree.
  public func difference(
    _ what: String, _ found: Evaluation.Array, _ expected: Evaluation.Array,
    precision: Precision = .double
  ) -> String? {
    guard found.shape == expected.shape else {
      return "\(what) has shape \(found.shape), not \(expected.shape)"
    }
    for (index, pair) in zip(found.values, expected.values).enumerated() {
      let (a, b) = pair
      if a == b || a.isNaN && b.isNaN { continue }
      guard (a - b).magnitude <= allowance(b, precision) else {
        return "\(what)[\(index)] is \(a), not \(b)"
      }
    }
    return nil
  }

  /// How far a result may lie from the expected one.
  public func allowance(_ expected: Double, _ precision: Precision = .double) -> Double {
    let entry = tolerance[precision == .single ? "f32" : "f64"]
    let rounding = precision == .doubleWithSingleConstants ? 3e-7 : 0
    let absolute = (entry?["atol"]?.number ?? 0) + rounding
    let relative = (entry?["rtol"]?.number ?? 0) + rounding
    return absolute + relative * (expected.isFinite ? expected.magnitude : 0)
  }

  /// Records and runs the case, and says what differs from the expected outputs and gradients: in
  /// double precision by the reference interpreter, and in single precision by the optimizing
  /// backend.
  ///
  /// - Parameters:
  ///   - variables: full names of the variables that hold the case's parameters, and of those that
  ///     hold an input (running statistics), where these differ from its own names; a variable's
  ///     new value is compared with the output of its name in the case.
  ///   - precision: of the reference interpreter's results.
  ///   - skipping: outputs and gradients (`gradients.x`) that are not compared.
  ///   - body: records the outputs from the inputs.
  public func differences(
    variables: [String: String] = [:], training: Bool = true, precision: Precision = .double,
    skipping: Set<String> = [], optimized: Bool = true,
    _ body: (Recorder, [String: Tensor]) throws -> [String: Tensor]
  ) throws -> [String] {
    func variable(_ name: String) -> String { variables[name] ?? name }
    var values = parameters.mapValues(\.values)
    for (name, _) in variables { values[name] = values[name] ?? inputs[name]?.values }
    let start = Dictionary(uniqueKeysWithValues: values.map { (variable($0), $1) })
    var given = inputs
    for (name, weights) in upstream { given["upstream." + name] = weights }

    func record(_ recorder: Recorder, _ tensors: [String: Tensor]) throws -> [String: Tensor] {
      var results = try body(recorder, tensors)
      let parts = results.keys.sorted().compactMap { name -> Tensor? in
        let y = results[name]!
        return tensors["upstream." + name].map { (y * $0).sum() }
          ?? (y.shape.count == 1 ? y.sum() : nil)
      }
      guard let first = parts.first else { return results }
      let total = parts.dropFirst().reduce(first) { $0 + $1 }
      let names = gradients.keys.sorted()
      let targets = names.map { name in
        tensors[name]
          ?? recorder.variables[variable(name)].map { recorder.value(of: $0) }
          ?? recorder.constant(0)
      }
      for (name, gradient) in zip(names, total.gradients(for: targets)) {
        results["gradients." + name] = gradient
      }
      return results
    }

    func compare(_ results: [String: Evaluation.Array], _ precision: Precision) -> [String] {
      var problems: [String] = []
      for (name, expected) in outputs where !skipping.contains(name) {
        // A variable that was not assigned keeps its value.
        let kept = start[variable(name)].map { Evaluation.Array(Shape([$0.count]), $0) }
        guard let found = results[name] ?? results["variable:" + variable(name)] ?? kept else {
          problems.append("no output \(name)")
          continue
        }
        problems += difference(name, found, expected, precision: precision).map { [$0] } ?? []
      }
      for (name, expected) in gradients where !skipping.contains("gradients." + name) {
        guard let found = results["gradients." + name] else {
          problems.append("no gradient of \(name)")
          continue
        }
        problems += gradientDifference(name, found, expected, precision).map { [$0] } ?? []
      }
      return problems
    }

    let settings = Evaluation.Settings(isTraining: training)
    var problems = compare(
      try Evaluation.run(inputs: given, parameters: start, settings: settings, record), precision
    ).map { "\(id): \($0)" }
    if optimized {
      let results = try Evaluation.runOptimized(
        inputs: given, parameters: start, settings: settings, record)
      problems += compare(results, .single).map { "\(id), optimized: \($0)" }
    }
    return problems
  }

  private func gradientDifference(
    _ name: String, _ found: Evaluation.Array, _ expected: Evaluation.Array, _ precision: Precision
  ) -> String? {
    guard let interval = gradientInterval[name], let low = interval["low"]?.values,
      let high = interval["high"]?.values
    else { return difference("gradient of " + name, found, expected, precision: precision) }
    for (index, value) in found.values.enumerated() {
      let slack = allowance(expected.values[index], precision)
      if value < low[index] - slack || value > high[index] + slack {
        return "gradient of \(name)[\(index)] is \(value), outside of its interval"
      }
    }
    return nil
  }
}

// MARK: - JSON

/// Any JSON.
public indirect enum JSON: Decodable, Sendable, Equatable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case table([String: JSON])

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let table = try? value.decode([String: JSON].self) {
      self = .table(table)
    } else if let list = try? value.decode([JSON].self) {
      self = .list(list)
    } else {
      self = .null
    }
  }

  /// The number; also a text that names one that is not finite.
  public var number: Double? {
    switch self {
    case .number(let value): value
    case .text(let text): nonFinite[text]
    default: nil
    }
  }
  public var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  public var list: [JSON]? { if case .list(let value) = self { value } else { nil } }
  public var table: [String: JSON]? { if case .table(let value) = self { value } else { nil } }
  public subscript(key: String) -> JSON? { table?[key] }

  /// A tensor in the oracles' form.
  public var array: Evaluation.Array? {
    guard let shape = self["shape"]?.list, let data = self["data"]?.list else { return nil }
    return .init(
      Shape(shape.compactMap { $0.number.map { Int($0) } }),
      data.map { $0.number ?? ($0.flag == true ? 1 : 0) })
  }
}

private let nonFinite: [String: Double] = [
  "NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity,
]

/// A tensor as it stands in a file; numbers that JSON cannot hold are texts.
private struct OracleTensor: Decodable {
  let array: Evaluation.Array

  private enum Keys: CodingKey { case shape, data }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    let shape = Shape(try values.decode([Int].self, forKey: .shape))
    if let numbers = try? values.decode([Double].self, forKey: .data) {
      array = .init(shape, numbers)
    } else {
      let mixed = try values.decode([JSON].self, forKey: .data)
      array = .init(shape, mixed.map { $0.number ?? ($0.flag == true ? 1 : 0) })
    }
  }
}
