import EspalierProtocols
import Testing

private struct Tuned: Activation {
  enum Mode: String, Choice { case soft, hard }
  static let manifest = Manifest("tuned", "x", sample: "tuned: {units: 1}")
  @Parameter("slope", in: 0...1, unit: "volts") var slope: Float = 0.25
  @Parameter("units", in: 1...) var units: Int
  @Parameter("names") var layerNames: [String] = ["a"]
  @Parameter("limit", in: Bounds.positive) var limit: Double?
  @Parameter("mode") var mode = Mode.soft
  @Parameter("pairs", in: 0..<10) var pairs: [String: Int] = [:]
  @Component("inner") var inner: (any Activation)?
  @Component("others") var others: [any Activation] = [Plain()]
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}
private struct Plain: Activation {
  static let manifest = Manifest("plain", "x", aliases: ["simple"])
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}
private struct Other: Layer {
  static let manifest = Manifest("plain", "x")
  @Component("inner") var inner: any Activation
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}

/// Parameters, components, and the schema that is read from them.
@Suite struct ParameterTests {
  private func parameter(_ plugin: Tuned, _ name: String) throws -> any AnyParameter {
    guard case .parameter(let found)? = Schema(of: plugin)[name]?.content else {
      throw PluginError("no parameter \(name)")
    }
    return found
  }

  @Test func copiesAreValues() {
    let first = Tuned()
    var second = first
    second.slope = 0.5
    second.inner = Plain()
    #expect(first.slope == 0.25)
    #expect(first.inner == nil)
    #expect(second.slope == 0.5)
    #expect(Tuned().slope == 0.25)
  }

  @Test func whatIsDeclaredIsSeen() throws {
    let schema = Schema(of: Tuned())
    #expect(
      schema.items.map(\.name) == [
        "slope", "units", "layer_names", "limit", "mode", "pairs", "inner", "others",
      ])
    let units = try parameter(Tuned(), "units")
    #expect(units.defaultConfigValue == nil)
    #expect(units.currentConfigValue == nil)
    #expect(units.form == .integer)
    #expect(try parameter(Tuned(), "slope").unit == "volts")
    #expect(try parameter(Tuned(), "limit").defaultConfigValue == .null)
    guard case .component(let inner)? = schema["inner"]?.content,
      case .component(let others)? = schema["others"]?.content,
      case .component(let needed)? = Schema(of: Other())["inner"]?.content
    else { throw PluginError("no components") }
    #expect(inner.kind == .activation)
    #expect(inner.multiplicity == .optional && inner.hasDefault)
    #expect(others.multiplicity == .many && others.hasDefault && others.current.count == 1)
    #expect(needed.multiplicity == .one && !needed.hasDefault && needed.current.isEmpty)
  }

  @Test func whatIsDescribedReadsBack() throws {
    var plugin = Tuned()
    plugin.units = 3
    plugin.slope = 0.1
    plugin.pairs = ["b": 2, "a": 1]
    plugin.mode = .hard
    plugin.inner = Plain()
    let text = Schema.describe(plugin)
    #expect(
      "\(text)" == "{tuned: {slope: 0.1, units: 3, layer_names: [a], limit: null, mode: hard, "
        + "pairs: {a: 1, b: 2}, inner: plain, others: [plain]}}")
    let again = Tuned()
    for item in Schema(of: again).items {
      let value = try #require(text["tuned"]?[item.name])
      switch item.content {
      case .parameter(let parameter): try parameter.assign(value)
      case .component(let component):
        component.assign(
          value == .text("plain") || component.multiplicity == .many ? [Plain()] : [])
      }
    }
    #expect(Schema.describe(again) == text)
    #expect(Schema.describe(Plain()) == .text("plain"))
    #expect("\(Schema.describe(ActivationLayer(again)))" == "\(text)")
    #expect("\(Schema.describe(ActivationLayer(Plain()).named("top")))" == "{plain: {name: top}}")
  }

  // MARK: Values and their problems

  private func problem<Value: ParameterValue>(_ type: Value.Type, _ value: ConfigValue)
    -> ValueProblem?
  {
    do {
      _ = try Value.decode(value)
      return nil
    } catch { return error }
  }

  @Test func hintsForUsualSlips() {
    let hints: [(ValueProblem?, String?)] = [
      (problem(Int.self, .number(1.5)), "fractions are not allowed here"),
      (problem(Int.self, .number(.infinity)), nil),
      (problem(Int.self, .number(1e16)), nil),
      (problem(Int.self, .text("1_000")), "`1_000` is text: write `1000`"),
      (problem(Int.self, .text("5")), "without the quotes it is a number: write `5`"),
      (problem(Double.self, .text("1,000.5")), "`1,000.5` is text: write `1000.5`"),
      (problem(Double.self, .text("20%")), "write a share: `0.2`"),
      (problem(Double.self, .text("many")), nil),
      (problem(Double.self, .number(.nan)), "NaN is no setting"),
      (problem(Float.self, .number(1e39)), "the value does not fit 32 bits"),
      (problem(Bool.self, .text("yes")), "`yes` is text in YAML 1.2: write `true`"),
      (problem(Bool.self, .text("Off")), "`Off` is text in YAML 1.2: write `false`"),
      (problem(Bool.self, .text("True")), "without the quotes it is true"),
      (problem(Bool.self, .integer(1)), nil),
    ]
    for (problem, hint) in hints {
      #expect(problem != nil)
      #expect(problem?.hint == hint)
    }
  }

  @Test func valuesOfAllTypes() throws {
    #expect(try Int.decode(.number(3)) == 3)
    #expect(try Double.decode(.integer(3)) == 3)
    #expect(try String.decode(.number(1e-3)) == "0.001")
    #expect(try [Int].decode(.integer(3)) == [3])
    #expect(try Int?.decode(.null) == nil)
    #expect(try FilePath.decode(.text("a/b")).text == "a/b")
    #expect(problem(FilePath.self, .text(""))?.expected == "a file path")
    #expect(problem([Int].self, .null)?.expected == "a list, each a whole number")
    #expect(problem([Int].self, .list([.integer(1), .text("x")]))?.path == ["1"])
    let nested = problem(
      [String: [Int]].self, .table([.init("k", .list([.integer(1), .bool(true)]))]))
    #expect(nested?.path == ["k", "1"])
    let choice = problem(Tuned.Mode.self, .text("sfot"))
    #expect(choice?.reason == .choice)
    #expect(choice?.choices == ["soft", "hard"])
    #expect(choice?.expected == "one of soft, hard")
    #expect(Float(0.1).configValue == .number(0.1))
    #expect(
      ValueForm.either([.bool, .optional(.integer)]).inWords
        == "true or false, or a whole number, or null")
  }

  @Test func ranges() throws {
    func refused(_ name: String, _ value: ConfigValue) throws -> ValueProblem? {
      let plugin = Tuned()
      do {
        try parameter(plugin, name).assign(value)
        return nil
      } catch let problem as ValueProblem { return problem }
    }
    #expect(try refused("slope", .number(1)) == nil)
    let far = try refused("slope", .number(50))
    #expect(far?.reason == .range)
    #expect(far?.expected == "0 ≤ x ≤ 1 volts")
    #expect(far?.hint == "a share, not a percentage: did you mean 0.5?")
    #expect(try refused("slope", .number(-0.5))?.hint == "did you mean 0.5?")
    #expect(try refused("units", .integer(0))?.hint == nil)
    #expect(try refused("units", .integer(0))?.expected == "x ≥ 1")
    #expect(try refused("limit", .number(0))?.expected == "x > 0")
    #expect(try refused("limit", .null) == nil)
    #expect(try refused("pairs", .table([.init("k", .integer(10))]))?.path == ["k"])
    // A refused value leaves the old one.
    let plugin = Tuned()
    #expect(throws: ValueProblem.self) { try parameter(plugin, "slope").assign(.number(2)) }
    #expect(plugin.slope == 0.25)
  }

  @Test func bounds() {
    let cases: [(Bounds, String, [Double], [Double])] = [
      (.positive, "x > 0", [1e-9, 1e9], [0, -1]),
      (.openUnit, "0 < x < 1", [0.5], [0, 1]),
      (.share, "0 < x ≤ 1", [1, 0.1], [0, 1.1]),
      ((2.5...3.5).bounds, "2.5 ≤ x ≤ 3.5", [2.5, 3.5], [2.4, 3.6]),
      ((0..<3).bounds, "0 ≤ x < 3", [0, 2.9], [3, -1]),
      ((1...).bounds, "x ≥ 1", [1], [0]),
      ((..<1).bounds, "x < 1", [-5], [1]),
      ((...1).bounds, "x ≤ 1", [1], [2]),
    ]
    for (bounds, words, inside, outside) in cases {
      #expect(bounds.inWords == words)
      #expect(inside.allSatisfy(bounds.contains))
      #expect(!outside.contains(where: bounds.contains))
    }
  }

  @Test func formatting() {
    let numbers: [(Double, String)] = [
      (1, "1"), (0.1, "0.1"), (-0.0, "-0"), (1e-5, "1e-05"), (1e20, "1e+20"), (.nan, ".nan"),
      (.infinity, ".inf"), (-.infinity, "-.inf"), (0.30000000000000004, "0.30000000000000004"),
    ]
    for (number, text) in numbers { #expect(ConfigValue.format(number) == text) }
    let value = ConfigValue.table([
      .init("a", .list([.integer(1), .null, .bool(true)])), .init("b", .text("x")),
    ])
    #expect("\(value)" == "{a: [1, null, true], b: x}")
    #expect(value["b"] == .text("x"))
    #expect(value["c"] == nil)
    #expect(ConfigValue.null["a"] == nil)
    #expect(ConfigValue.table([]).kindInWords == "a group of keys")
  }
}
