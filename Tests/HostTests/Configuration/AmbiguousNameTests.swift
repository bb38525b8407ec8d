import EspalierHost
import EspalierProtocols
import Foundation
import Testing

/// Configs among plugins of which two have one name: `softmax` of the bundles `test` and `acme`.
@Suite struct AmbiguousNameTests {
  private func config(_ activation: String, layers: String = "") -> String {
    needed.replacing("relu", with: activation)
      .replacing("{dense: {units: 10}}]", with: "{dense: {units: 10}}\(layers)]")
  }

  private func activation(_ run: RunConfiguration) -> (any Activation)? {
    (run.model[0] as? TestDense)?.activation
  }

  @Test func theBundleSaysWhichIsMeant() throws {
    #expect(activation(try load(config("test/softmax"))) is TestSoftmax)
    let run = try load(config("{acme/softmax: {temperature: 2}}"))
    #expect((activation(run) as? AcmeSoftmax)?.temperature == 2)
    // The bundle may stand before any name, and before another name of the plugin.
    #expect(activation(try load(config("test/relu"))) is TestReLU)
    #expect(activation(try load(config("test/swish"))) is TestSiLU)
    #expect(activation(try load(config("acme/softmax"))) is AcmeSoftmax)
  }

  @Test func asALayer() throws {
    let run = try load(config("relu", layers: ", acme/softmax, {test/softmax: {name: last}}"))
    #expect((run.model[2] as? ActivationLayer)?.activation is AcmeSoftmax)
    #expect(run.path(ofLayer: "softmax_1") == "model[2]")
    #expect(run.path(ofLayer: "last") == "model[3]")
  }

  @Test func theBareNameIsAnErrorThatNamesBoth() throws {
    let found = try #require(problems(config("softmax")).first)
    #expect(found.code == .ambiguousPlugin)
    #expect(
      found.message
        == "`softmax` is defined twice: by `test` (module HostTests) and by `acme` "
        + "(AcmePlugins 1.0.0)")
    #expect(found.label == "write `test/softmax` or `acme/softmax`")
    #expect(found.allowed == "test/softmax, acme/softmax")
    #expect(found.path == "model[0].dense.activation")
  }

  @Test(arguments: [
    "acme/softmax", "{acme/softmax: {temperature: 0.5}}", "test/softmax", "test/relu",
  ])
  func whatIsShownIsReadAgain(_ activation: String) throws {
    let run = try load(config(activation, layers: ", acme/softmax, test/softmax"))
    let again = try load(run.yaml())
    #expect(again.configValue == run.configValue)
    #expect(type(of: self.activation(again)!) == type(of: self.activation(run)!))
    #expect((again.model[2] as? ActivationLayer)?.activation is AcmeSoftmax)
    #expect((again.model[3] as? ActivationLayer)?.activation is TestSoftmax)
    // Names that mean one plugin stay as short as they are.
    #expect(run.yaml().contains("dense:") && !run.yaml().contains("test/dense"))
    #expect(run.yaml().contains("test/relu") == false)
  }

  @Test func originsAreShownForQualifiedNames() throws {
    let run = try load(config("{acme/softmax: {temperature: 0.5}}"))
    let shown = run.yaml(.init(showsOrigins: true))
    let line = try #require(shown.split(separator: "\n").first { $0.contains("temperature:") })
    #expect(line.hasSuffix("# main.yaml:2"))
  }

  @Test func settings() throws {
    let text = config("{acme/softmax: {temperature: 0.5}}")
    for path in [
      "model[0].dense.activation.acme/softmax.temperature",
      "model[0].dense.activation.softmax.temperature", "model[0].dense.activation.temperature",
    ] {
      let run = try load(text, [path + "=3"])
      #expect((activation(run) as? AcmeSoftmax)?.temperature == 3, "\(path)")
    }
    let layers = config("relu", layers: ", {acme/softmax: {temperature: 2}}")
    for name in ["softmax", "acme/softmax"] {
      let run = try load(layers, ["model.\(name).temperature=4"])
      let layer = run.model[2] as? ActivationLayer
      #expect((layer?.activation as? AcmeSoftmax)?.temperature == 4)
    }
    let replaced = try load(text, ["model[0].dense.activation=test/softmax"])
    #expect(activation(replaced) is TestSoftmax)
    let both = try load(
      config("relu", layers: ", acme/softmax, test/softmax"), ["model.acme/softmax.temperature=5"])
    let first = both.model[2] as? ActivationLayer
    #expect((first?.activation as? AcmeSoftmax)?.temperature == 5)
  }

  @Test func aSettingThatNamesNoBundle() throws {
    let text = needed.replacing(", activation: relu", with: "")
    let found = problems(text, ["model[0].dense.activation.softmax.temperature=3"])
    #expect(found.map(\.code) == [.ambiguousPlugin])
    #expect(
      found.first?.label
        == "write `test/softmax` or `acme/softmax`")
    #expect(found.first?.place?.file == "--set")
  }

  @Test func includedConfigsAreMerged() throws {
    let base = config("{acme/softmax: {temperature: 2}}")
    let plugin = "optimizer: {test/adam: {beta1: 0.5}}"
    let run = try load([
      "main.yaml": "include: base.yaml\n\(plugin)\n", "base.yaml": base,
    ])
    // One plugin by two names: its options are put together.
    #expect((run.optimizer as? TestAdam)?.beta1 == 0.5)
    #expect((run.optimizer as? TestAdam)?.learningRate == 1e-3)
    #expect(activation(run) is AcmeSoftmax)
  }

  @Test func theSchemaHasTheNamesThatAreNeeded() throws {
    let schema = JSONSchema(testCatalog)
    let definitions = try #require(schema.value["definitions"])
    let choices = try #require(definitions["activation", "anyOf"])
    guard case .list(let list) = choices else { return #expect(Bool(false)) }
    let names = list.compactMap { $0["const"]?.description }
    #expect(names.contains("acme/softmax") && names.contains("test/softmax"))
    #expect(names.contains("relu"))
    #expect(!names.contains("softmax") && !names.contains("test/relu"))
    // Others are right with their bundle too, though not proposed.
    let patterns = list.compactMap { $0["pattern"]?.description }
    let pattern = try #require(patterns.first)
    func matches(_ text: String, _ pattern: String) -> Bool {
      text.range(of: pattern, options: .regularExpression) != nil
    }
    for name in ["test/relu", "test/swish"] { #expect(matches(name, pattern)) }
    for name in ["relu", "test/softmax", "acme/relu", "test/reluu"] {
      #expect(!matches(name, pattern), "\(name)")
    }
    let group = try #require(list.last)
    #expect(
      group["properties", "acme/softmax", "$ref"] == .text("#/definitions/activation.acme.softmax"))
    #expect(
      definitions["activation.acme.softmax", "properties", "temperature"] != nil)
    #expect(group["properties", "softmax"] == nil)
    #expect(
      group["patternProperties", "^(test/leaky_relu)$", "$ref"]
        == .text("#/definitions/activation.leaky_relu"))
    #expect(definitions["layer.test.softmax"] != nil)
  }
}
