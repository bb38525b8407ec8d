import Espalier
import Foundation
import Testing

@testable import EspalierCommandLine

@Suite struct PluginsReferenceTests {
  private static let committed =
    URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    + "/Documentation/Plugins"

  /// `ESPALIER_RECORD=1` writes them anew instead.
  @Test func committedPagesAreWhatTheCatalogSays() {
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      let outcome = espalier("plugins", "reference", "--output", Self.committed)
      #expect(outcome.status == 0, "\(outcome.error)")
    } else {
      let outcome = espalier("plugins", "reference", "--check", "--output", Self.committed)
      #expect(
        outcome.status == 0,
        """
        \(outcome.error)
        ESPALIER_RECORD=1 swift test -c release --filter PluginsReferenceTests
        """)
    }
  }

  @Test func hasEveryPluginWithAllItDeclares() throws {
    try inTemporaryFolder { folder in
      #expect(espalier("plugins", "reference", "--output", folder).status == 0)
      let index = try text(folder, "README.md")
      let catalog = try defaultCatalog()
      for kind in PluginKind.all {
        let page = try text(folder, kind.plural + ".md")
        for entry in catalog.all(of: kind) {
          #expect(index.contains("](\(kind.plural).md#\(entry.name))"), "\(entry.name)")
          let section = try #require(page.range(of: "\n## \(entry.name)\n")).upperBound
          let rest = page[section...]
          let own = rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)]
          for item in Schema(of: entry.type.init()).items {
            #expect(own.contains("\n| `\(item.name)` | "), "\(entry.name).\(item.name)")
          }
          for alias in entry.manifest.aliases { #expect(own.contains("`\(alias)`")) }
          #expect(own.contains("```yaml\n"))
        }
      }
    }
  }

  /// The signs of formulas stay what they are, defaults and ranges have their columns.
  @Test func aSection() throws {
    try inTemporaryFolder { folder in
      #expect(espalier("plugins", "reference", "--output", folder).status == 0)
      let optimizers = try text(folder, "optimizers.md")
      #expect(
        optimizers.contains(
          """
          ```yaml
          optimizer:
            adam: {learning_rate: 1e-3}
          ```

          | parameter | meaning | type | default | range |
          | --- | --- | --- | --- | --- |
          | `learning_rate` | step size | number | `0.001` | x > 0 |

          """))
      #expect(try text(folder, "metrics.md").contains("mean of |ŷ − y|\n"))
      #expect(try text(folder, "README.md").contains("mean of \\|ŷ − y\\| |"))
      let sources = try text(folder, "sources.md")
      #expect(sources.contains("`;`, `\\|`, `\\t` | `auto` |"))
      #expect(sources.contains("| list of texts | `[]` |"))
      #expect(try text(folder, "activations.md").contains("x·tanh(softplus(x))"))
      let layers = try text(folder, "layers.md")
      #expect(layers.contains("```yaml\nmodel:\n  - dense: {units: 64, activation: relu}\n```"))
      #expect(layers.contains("| [activation](activations.md) | none |"))
    }
  }

  /// Plugins of an author: where they come from, and names that another bundle has too.
  @Test func anAuthorsBundle() throws {
    let origin = PluginOrigin(package: "AcmePlugins", version: "1.2.0", location: "/acme")
    let bundle = PluginBundle("acme") {
      Rectifier.self
      Twist.self
    }.from(origin)
    let catalog = try defaultCatalog(adding: [bundle])
    let pages = PluginReference(catalog, bundles: ["acme"]).pages
    #expect(pages.map(\.file) == ["README.md", "table.md", "activations.md"])
    #expect(pages[0].text.contains("# Plugins of acme\n"))
    #expect(pages[0].text.contains("| [`acme/relu`](activations.md#acmerelu) | x\\*, above zero |"))
    #expect(
      pages[1].text.contains(
        "| activation | [`twist`](activations.md#twist) | `angle` | turns x by an angle |  |\n"))
    #expect(
      pages[2].text.hasSuffix(
        """
        [`acme/relu`](#acmerelu) · [`twist`](#twist)

        ## acme/relu

        x\\*, above zero

        Bundle `acme`, AcmePlugins 1.2.0.

        ```yaml
        activation: acme/relu
        ```

        ## twist

        turns x by an angle

        Bundle `acme`, AcmePlugins 1.2.0.

        ```yaml
        activation:
          twist: {angle: 90}
        ```

        | parameter | meaning | type | default | range | unit |
        | --- | --- | --- | --- | --- | --- |
        | `angle` | how far | number | required | 0 ≤ x ≤ 360 | degrees |

        """))
  }

  @Test func checkTellsWhatIsStale() throws {
    try inTemporaryFolder { folder in
      #expect(espalier("plugins", "reference", "--output", folder).status == 0)
      #expect(espalier("plugins", "reference", "--output", folder, "--check").status == 0)
      let losses = try text(folder, "losses.md")
      try write(losses + "\n", to: folder + "/losses.md")
      try FileManager.default.removeItem(atPath: folder + "/layers.md")
      let outcome = espalier("plugins", "reference", "--output", folder, "--check")
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("error: \(folder)/losses.md is stale\n"))
      #expect(outcome.error.contains("error: \(folder)/layers.md is missing\n"))
      #expect(
        outcome.error.hasSuffix("renew with: espalier plugins reference --output \(folder)\n"))
      #expect(try text(folder, "losses.md") == losses + "\n")
      let renewed = espalier("plugins", "reference", "--output", folder)
      #expect(renewed.output == "\(folder)/layers.md\n\(folder)/losses.md\n")
      #expect(try text(folder, "losses.md") == losses)
    }
  }

  @Test func ofOneBundle() throws {
    try inTemporaryFolder { folder in
      #expect(espalier("plugins", "reference", "--output", folder).status == 0)
      let narrow = espalier("plugins", "reference", "--bundle", "losses", "--output", folder)
      // Pages of the kinds that are not in it go.
      #expect(narrow.output.contains("\(folder)/layers.md removed\n"))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.sorted() == ["README.md", "losses.md", "table.md"])
      let unknown = espalier("plugins", "reference", "--bundle", "loses", "--output", folder)
      #expect(unknown.status == 2)
      #expect(unknown.error.hasPrefix("error: there is no bundle `loses`; did you mean `losses`?"))
    }
  }

  @Test func leavesOtherFilesAlone() throws {
    try inTemporaryFolder { folder in
      try write("# Mine\n", to: folder + "/README.md")
      try write("# Mine too\n", to: folder + "/layers.md")
      let outcome = espalier("plugins", "reference", "--bundle", "losses", "--output", folder)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("\(folder)/README.md is no page of a reference"))
      #expect(try text(folder, "README.md") == "# Mine\n")
      try FileManager.default.removeItem(atPath: folder + "/README.md")
      #expect(
        espalier("plugins", "reference", "--bundle", "losses", "--output", folder).status == 0)
      #expect(try text(folder, "layers.md") == "# Mine too\n")
    }
  }

  /// Samples in block style and bare names stand in their place too.
  @Test(arguments: [
    ("optimizer", "adam", "optimizer: adam\n"),
    ("callback", "{flooding: {level: 0.1}}", "callbacks:\n  - flooding: {level: 0.1}\n"),
    ("metric", "accuracy", "metrics: [accuracy]\n"),
    ("source", "csv: {path: a.csv}", "data:\n  source:\n    csv: {path: a.csv}\n"),
    (
      "normalizer", "acme:\n  scale: 2\n  shift: 1\n",
      "data:\n  normalize:\n    - acme:\n        scale: 2\n        shift: 1\n"
    ),
  ])
  func place(_ kind: String, _ sample: String, _ expected: String) throws {
    let kind = try #require(PluginKind.all.first { $0.name == kind })
    #expect(PluginPlace(kind).yaml(sample) == expected)
  }

  private func text(_ folder: String, _ file: String) throws -> String {
    try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
  }
}

private struct Rectifier: Activation {
  static let manifest = Manifest("relu", "x*, above zero")
  func callAsFunction(_ x: Tensor) -> Tensor { maximum(x, 0) }
}

private struct Twist: Activation {
  static let manifest = Manifest("twist", "turns x by an angle", sample: "{twist: {angle: 90}}")
  @Parameter("how far", in: 0...360, unit: "degrees") var angle: Double
  func callAsFunction(_ x: Tensor) -> Tensor { x * Float(angle) }
}
