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
  }

  @Test func show() {
    let outcome = espalier("plugins", "show", "leaky_relu")
    #expect(
      outcome.output.hasPrefix("leaky_relu: x if x > 0 else slope·x\n\n  kind    activation\n"))
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
    #expect(both.output.contains("kind    loss"))
    #expect(both.output.contains("kind    regularizer"))
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
