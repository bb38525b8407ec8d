import Espalier
import Testing

@Suite struct PluginsTests {
  @Test func listNamesEverything() throws {
    let outcome = espalier("plugins", "list")
    #expect(outcome.status == 0)
    #expect(outcome.error == "")
    for entry in try defaultCatalog().entries {
      #expect(outcome.output.contains("\n  \(entry.name) "), "\(entry.name)")
    }
    for kind in ["sources", "losses", "optimizers", "backends"] {
      #expect(outcome.output.hasPrefix("\(kind)\n") || outcome.output.contains("\n\n\(kind)\n"))
    }
  }

  @Test func listOfAKind() {
    for word in ["backend", "backends"] {
      let outcome = espalier("plugins", "list", word)
      #expect(outcome.output.hasPrefix("backends\n  cpu        the processor"))
      #expect(outcome.output.split(separator: "\n").count == 3)
    }
  }

  @Test func listAsJSON() throws {
    let outcome = espalier("plugins", "list", "--json")
    let list = try #require(try json(outcome.output) as? [[String: Any]])
    let catalog = try defaultCatalog()
    #expect(list.count == catalog.entries.count)
    let adam = list.first { $0["name"] as? String == "adam" }
    #expect(adam?["kind"] as? String == "optimizer")
    #expect(adam?["bundle"] as? String == "optimizers")
    #expect(list.allSatisfy { $0["package"] as? String == "Espalier" })
    #expect(list.allSatisfy { $0["version"] as? String == espalierVersion })
    #expect(adam?["module"] as? String == "EspalierOptimizers")
  }

  // MARK: Plugins of other packages

  private struct OtherReLU: Activation {
    static let manifest = Manifest("relu", "max(x, 0), once more")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  private struct Cube: Activation {
    static let manifest = Manifest("cube", "x³")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  private let acme = PluginBundle("acme") {
    OtherReLU.self
    Cube.self
  }.from(PluginOrigin(package: "AcmePlugins", version: "1.0.0", location: "../acme"))
  private let own = PluginBundle("own") { OtherReLU.self }

  @Test func listTellsWhereOthersComeFrom() {
    let text = espalier("plugins", "list", "activations", adding: [acme]).output
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    func line(_ name: String) -> String? {
      lines.first { $0.first == name }?.joined(separator: " ")
    }
    #expect(line("cube") == "cube x³ [acme, AcmePlugins 1.0.0]")
    #expect(line("acme/relu") == "acme/relu max(x, 0), once more [acme, AcmePlugins 1.0.0]")
    #expect(line("activations/relu") == "activations/relu max(x, 0)")
    #expect(line("relu") == nil)
    #expect(!espalier("plugins", "list").output.contains(", module "))
    let ofOwn = espalier("plugins", "list", "activations", adding: [own]).output
    #expect(ofOwn.contains("[own, module CommandLineTests]\n"))
  }

  @Test func listAsJSONTellsWhereAllComeFrom() throws {
    let text = espalier("plugins", "list", "--json", adding: [acme, own]).output
    let list = try #require(try json(text) as? [[String: Any]])
    let relu = list.filter { $0["name"] as? String == "relu" }
    // Of one type in two bundles both are listed, though they are one plugin.
    #expect(relu.map { $0["bundle"] as? String } == ["activations", "acme", "own"])
    #expect(
      relu.map { $0["config_name"] as? String } == ["activations/relu", "acme/relu", "own/relu"])
    #expect(relu.map { $0["package"] as? String } == ["Espalier", "AcmePlugins", nil])
    #expect(relu.map { $0["version"] as? String } == [espalierVersion, "1.0.0", nil])
    #expect(relu.map { $0["location"] as? String } == [nil, "../acme", nil])
    #expect(relu[2]["module"] as? String == "CommandLineTests")
  }

  @Test func showOfAnAmbiguousName() {
    let both = espalier("plugins", "show", "relu", adding: [acme]).output
    #expect(both.contains("relu: max(x, 0)\n") && both.contains("relu: max(x, 0), once more\n"))
    let one = espalier("plugins", "show", "acme/relu", adding: [acme]).output
    #expect(
      one == """
        relu: max(x, 0), once more

          kind     activation
          bundle   acme
          package  AcmePlugins
          version  1.0.0
          from     ../acme
          module   CommandLineTests
          write    acme/relu

        example:
          acme/relu

        """)
    #expect(!espalier("plugins", "show", "cube", adding: [acme]).output.contains("write"))
  }

  @Test func completionOffersWhatAConfigMustWrite() {
    let words = espalier("__complete", "plugins", "show", "", adding: [acme]).output
      .split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    #expect(words.contains("acme/relu") && words.contains("activations/relu"))
    #expect(words.contains("cube") && words.contains("adam"))
    #expect(!words.contains("relu") && !words.contains("acme/cube"))
  }

  @Test func show() {
    let outcome = espalier("plugins", "show", "leaky_relu")
    #expect(
      outcome.output.hasPrefix(
        """
        leaky_relu: x if x > 0 else slope·x

          kind     activation
          bundle   activations
          package  Espalier
          version  \(espalierVersion)
          module   EspalierActivations

        """))
    #expect(outcome.output.contains("  slope: "))
    #expect(outcome.output.contains("a number"))
    #expect(outcome.output.contains("default 0.01"))
    #expect(outcome.output.hasSuffix("\nexample:\n  leaky_relu\n"))
  }

  @Test func showOfARequiredParameterAndAComponent() {
    let text = espalier("plugins", "show", "dense").output
    #expect(text.contains("  units: number of outputs\n      a whole number, x ≥ 1; required\n"))
    #expect(text.contains("an activation, or null; default none"))
  }

  @Test func aNameOfSeveralKinds() throws {
    let both = espalier("plugins", "show", "smooth_l1")
    #expect(both.output.contains("kind     loss"))
    #expect(both.output.contains("kind     regularizer"))
    let one = espalier("plugins", "show", "smooth_l1", "--kind", "loss")
    #expect(!one.output.contains("regularizer"))
  }

  @Test func otherNamesAndBundles() {
    let name = espalier("plugins", "show", "mean_absolute_error", "--kind=losses").output
    #expect(name.contains("also"))
    #expect(espalier("plugins", "show", "mae", "--kind", "loss").output == name)
    #expect(espalier("plugins", "show", "losses/mean_absolute_error").output == name)
  }

  /// Every plugin can be shown in both forms, and every parameter has its text.
  @Test func showEveryPlugin() throws {
    for entry in try defaultCatalog().entries {
      let outcome = espalier("plugins", "show", entry.name, "--kind", entry.kind.name, "--json")
      let shown = try #require(try json(outcome.output) as? [[String: Any]]).first
      #expect(shown?["name"] as? String == entry.name)
      for parameter in shown?["parameters"] as? [[String: Any]] ?? [] {
        #expect((parameter["text"] as? String)?.isEmpty == false, "\(entry.name)")
        #expect((parameter["type"] as? String)?.isEmpty == false, "\(entry.name)")
      }
      #expect(espalier("plugins", "show", entry.name, "--kind", entry.kind.name).status == 0)
    }
  }
}
