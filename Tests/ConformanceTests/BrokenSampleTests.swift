import Espalier
import EspalierConformance
import Testing

/// Plugins that say something wrong of themselves, which the kit must find.
@Suite struct BrokenSampleTests {
  struct CamelCase: Activation {
    static let manifest = Manifest("camelCase", "x as it is")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  struct Silent: Activation {
    static let manifest = Manifest("silent", "x")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  struct Sentence: Activation {
    static let manifest = Manifest("sentence", "Passes x as it is.")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  struct Wordless: Activation {
    static let manifest = Manifest("wordless", "x times a factor")
    @Parameter("") var factor: Float = 1
    func callAsFunction(_ x: Tensor) -> Tensor { x * factor }
  }
  struct Misspelt: Activation {
    static let manifest = Manifest(
      "misspelt", "x times a factor", sample: "{misspelt: {faktor: 2}}")
    @Parameter("of x") var factor: Float = 1
    func callAsFunction(_ x: Tensor) -> Tensor { x * factor }
  }
  struct Incomplete: Activation {
    static let manifest = Manifest("incomplete", "x times a factor")
    @Parameter("of x") var factor: Float
    func callAsFunction(_ x: Tensor) -> Tensor { x * factor }
  }
  struct OutOfRange: Activation {
    static let manifest = Manifest("out_of_range", "x times a factor")
    @Parameter("of x", in: 1...2) var factor: Float = 0
    func callAsFunction(_ x: Tensor) -> Tensor { x * factor }
  }
  struct OtherName: Activation {
    static let manifest = Manifest("other_name", "x as it is", sample: "relu")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  struct OtherAlias: Activation {
    static let manifest = Manifest("other_alias", "x as it is", aliases: ["Other"])
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  struct Kindless: Plugin {
    static let manifest = Manifest("kindless", "a plugin of no kind")
  }
  /// A value that reads other than it writes.
  struct Doubled: ParameterValue {
    var value = 1
    static func decode(_ value: ConfigValue) throws(ValueProblem) -> Doubled {
      Doubled(value: 2 * (try Int.decode(value)))
    }
    var configValue: ConfigValue { .integer(value) }
    static var form: ValueForm { .integer }
  }
  struct Growing: Activation {
    static let manifest = Manifest("growing", "x times a factor")
    @Parameter("of x") var factor = Doubled()
    func callAsFunction(_ x: Tensor) -> Tensor { x * Float(factor.value) }
  }

  @Test func whatPluginsSay() throws {
    expectFailure("the name `camelCase` is not in snake case") {
      try checkSample(of: CamelCase.self)
    }
    expectFailure("the summary is \"x\"") { try checkSample(of: Silent.self) }
    expectFailure("without a full stop") { try checkSample(of: Sentence.self) }
    expectFailure("the text of `factor` is \"\"") { try checkSample(of: Wordless.self) }
    expectFailure("misspelt has no parameter `faktor`", "of the sample") {
      try checkSample(of: Misspelt.self)
    }
    expectFailure("incomplete:", "factor", "of the sample incomplete") {
      try checkSample(of: Incomplete.self)
    }
    expectFailure("the default of `factor` is 0, 1 ≤ x ≤ 2 is allowed") {
      try checkSample(of: OutOfRange.self)
    }
    expectFailure("the sample relu makes the activation relu") {
      try checkSample(of: OtherName.self)
    }
    expectFailure("the name `Other` is not in snake case") { try checkSample(of: OtherAlias.self) }
    expectFailure("conforms to no kind of plugin") { try checkSample(of: Kindless.self) }
    expectFailure("its description {growing: {factor: 1}} makes a plugin that says") {
      try checkSample(of: Growing.self)
    }
    expectFailure("its description {growing: {factor: 1}} makes a plugin that says") {
      try checkRoundTrip(of: Growing())
    }
  }
}
