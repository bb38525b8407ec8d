import EspalierProtocols
import Testing

@Suite struct CatalogTests {
  // Plugins of outside packages; only their names matter.
  private struct Plain: Activation {
    static let manifest = Manifest("plain", "x", aliases: ["simple"])
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  private struct PlainToo: Activation {
    static let manifest = Manifest("plain", "x + x", aliases: ["simple", "sum"])
    func callAsFunction(_ x: Tensor) -> Tensor { x + x }
  }
  private struct Simple: Activation {
    static let manifest = Manifest("simple", "x")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  private struct Doubled: Activation {
    static let manifest = Manifest("doubled", "x", aliases: ["doubled", "twice", "twice"])
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }
  private struct PlainLayer: Layer {
    static let manifest = Manifest("plain", "x")
    func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
  }
  private struct Kindless: Plugin { static let manifest = Manifest("kindless", "") }
  private struct Dotted: Activation {
    static let manifest = Manifest("a.b", "x")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }

  private func bundle(_ name: String, _ types: [any Plugin.Type]) -> PluginBundle {
    PluginBundle(name) { return types }
  }

  private func meaning(_ catalog: Catalog, _ name: String) -> [String] {
    catalog.lookUp(.activation, name).candidates.map(\.qualifiedName)
  }

  @Test func kindsAndNames() throws {
    let catalog = try Catalog([
      bundle("one", [Plain.self]), bundle("two", [Doubled.self, PlainLayer.self]),
    ])
    #expect(catalog.entries.map(\.qualifiedName) == ["two/plain", "two/doubled", "one/plain"])
    #expect(catalog.entries.map(\.kind) == [.layer, .activation, .activation])
    #expect(catalog.find(.activation, "simple")?.name == "plain")
    #expect(catalog.find(.activation, "one/plain")?.bundle == "one")
    #expect(catalog.find(.activation, "one/simple")?.bundle == "one")
    #expect(catalog.find(.layer, "two/plain")?.bundle == "two")
    #expect(catalog.find(.layer, "one/plain") == nil)
    #expect(catalog.find(.activation, "twice")?.name == "doubled")
    #expect(catalog.find(.loss, "plain") == nil)
    #expect(
      catalog.all(of: .activation).map(\.names) == [["doubled", "twice"], ["plain", "simple"]])
    #expect(
      catalog.entries.map { catalog.unambiguousName(of: $0) } == ["plain", "doubled", "plain"])
  }

  @Test func twoBundlesMayHaveOneName() throws {
    // In the order in which the bundles were given.
    let catalog = try Catalog([bundle("two", [PlainToo.self]), bundle("one", [Plain.self])])
    for name in ["plain", "simple"] {
      guard case .ambiguous(let entries) = catalog.lookUp(.activation, name) else {
        Issue.record("`\(name)` is not ambiguous")
        continue
      }
      #expect(entries.map(\.bundle) == ["two", "one"])
      #expect(catalog.find(.activation, name) == nil)
      #expect(meaning(catalog, "one/\(name)") == ["one/plain"])
      #expect(meaning(catalog, "two/\(name)") == ["two/plain"])
    }
    #expect(meaning(catalog, "sum") == ["two/plain"])
    #expect(meaning(catalog, "one/sum") == [])
    #expect(meaning(catalog, "three/plain") == [])
    #expect(catalog.entries.map { catalog.unambiguousName(of: $0) } == ["two/plain", "one/plain"])
  }

  /// Whatever the order of bundles, an alias takes a name from no plugin that is called so.
  @Test func anAliasShadowsNoProperName() throws {
    let plain = bundle("one", [Plain.self])
    let simple = bundle("two", [Simple.self])
    for bundles in [[plain, simple], [simple, plain]] {
      let catalog = try Catalog(bundles)
      #expect(meaning(catalog, "simple") == ["two/simple"])
      #expect(meaning(catalog, "one/simple") == ["one/plain"])
      #expect(catalog.entries.map { catalog.unambiguousName(of: $0) } == ["plain", "simple"])
    }
  }

  @Test func oneTypeInTwoBundlesIsNotAmbiguous() throws {
    let catalog = try Catalog([bundle("one", [Plain.self]), bundle("two", [Plain.self])])
    #expect(meaning(catalog, "plain") == ["one/plain"])
    #expect(meaning(catalog, "two/simple") == ["two/plain"])
    #expect(catalog.entries.map { catalog.unambiguousName(of: $0) } == ["plain", "plain"])
  }

  @Test func originsAreKept() throws {
    let acme = bundle("acme", [Plain.self])
      .from(PluginOrigin(package: "AcmePlugins", version: "1.0.0", location: "../acme"))
    let entry = try #require(try Catalog([acme]).entries.first)
    #expect(entry.origin == acme.origin)
    #expect(entry.module == "ProtocolsTests")
    #expect(entry.provenance == "AcmePlugins 1.0.0")
    let plain = try #require(try Catalog([bundle("one", [Plain.self])]).entries.first)
    #expect(plain.provenance == "module ProtocolsTests")
    #expect(PluginOrigin(package: "Here").inWords == "Here")
    for name in ["plain", "simple", "acme/plain", "acme/simple"] {
      #expect(entry.answers(to: name))
    }
    for name in ["", "acme", "acme/", "one/plain", "acme/acme/plain", "plan"] {
      #expect(!entry.answers(to: name))
    }
  }

  @Test func whatIsNoCatalog() {
    func message(_ bundles: [PluginBundle]) -> String {
      do {
        _ = try Catalog(bundles)
        return ""
      } catch { return error.description }
    }
    let acme = PluginOrigin(package: "AcmePlugins", version: "1.0.0")
    #expect(
      message([bundle("one", [Plain.self, Plain.self])])
        == "the bundle `one` of module ProtocolsTests has the activation `plain` twice: "
        + "Plain and Plain; rename one of them")
    #expect(
      message([bundle("one", [Plain.self, Simple.self]).from(acme)])
        == "the bundle `one` of AcmePlugins 1.0.0 (module ProtocolsTests) has the activation "
        + "`simple` twice: Plain and Simple; rename one of them")
    #expect(
      message([bundle("acme", [Plain.self]).from(acme), bundle("acme", [Doubled.self])])
        == "two bundles are named `acme`: one of AcmePlugins 1.0.0 (module ProtocolsTests), one of "
        + "module ProtocolsTests; give one of them another name, or leave it out")
    #expect(
      message([bundle("one", [Kindless.self])])
        == "Kindless in the bundle `one` of module ProtocolsTests conforms to no kind of plugin; "
        + "have it conform to one, such as Layer or Callback")
    #expect(
      message([bundle("one", [Dotted.self])])
        == "module ProtocolsTests has the activation named `a.b`, which a config could not write; "
        + "use letters, digits, `_` and `-`")
    #expect(message([bundle("a/b", [])]).contains("has a bundle named `a/b`"))
    #expect(message([bundle("", [])]).contains("has a bundle named ``"))
  }
}
