import Espalier
import Foundation
import Testing

@Suite struct ConfigTests {
  static let good = """
    data:
      source: {synthetic: {}}
    model:
      - dense: {units: 8, activation: relu}
      - dense: {units: 2}
    loss: cross_entropy
    optimizer: {adam: {learning_rate: 1e-2}}
    training: {epochs: 2, batch_size: 16}

    """

  private func withConfig(_ text: String, _ body: (String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      try write(text, to: folder + "/run.yaml")
      try body(folder + "/run.yaml")
    }
  }

  @Test func checkOfAGoodOne() throws {
    try withConfig(Self.good) { path in
      let outcome = espalier("config", "check", path, "--strict")
      #expect(outcome.status == 0)
      #expect(outcome.output == "\(path) reads well: 2 layers, cross_entropy, adam\n")
      #expect(outcome.error == "")
    }
  }

  @Test func checkOfABadOne() throws {
    let bad = Self.good.replacingOccurrences(of: "relu", with: "rellu")
      .replacingOccurrences(of: "epochs", with: "epocs")
    try withConfig(bad) { path in
      let outcome = espalier("config", "check", path)
      #expect(outcome.status == 2)
      #expect(outcome.output == "")
      #expect(outcome.error.contains("\(path):4:35"))
      #expect(outcome.error.contains("did you mean `relu`?"))
      #expect(outcome.error.contains("did you mean `epochs`?"))
      #expect(!outcome.error.contains("\u{1B}"))
    }
  }

  @Test func colourOnATerminal() throws {
    try withConfig("loss: 3\n") { path in
      #expect(espalier("config", "check", path, coloured: true).error.contains("\u{1B}["))
    }
  }

  @Test func checkAsJSON() throws {
    try withConfig(Self.good.replacingOccurrences(of: "relu", with: "rellu")) { path in
      let outcome = espalier("config", "check", path, "--format", "json")
      #expect(outcome.status == 2)
      #expect(outcome.error == "")
      let found = try #require(try json(outcome.output) as? [String: Any])
      #expect(found["errors"] as? Int == 1)
      let first = (found["diagnostics"] as? [[String: Any]])?.first
      #expect(first?["line"] as? Int == 4)
    }
    try withConfig(Self.good) { path in
      let outcome = espalier("config", "check", path, "--format=json")
      #expect(outcome.status == 0)
      let found = try json(outcome.output) as? [String: Any]
      #expect(found?["errors"] as? Int == 0)
    }
  }

  @Test func warnings() throws {
    let doubtful = Self.good.replacingOccurrences(
      of: "epochs: 2", with: "shuffle: false, epochs: 2")
    try withConfig(doubtful) { path in
      let outcome = espalier("config", "check", path)
      guard outcome.error.contains("warning") else { return }
      #expect(outcome.status == 0)
      #expect(espalier("config", "check", path, "--strict").status == 2)
    }
  }

  @Test func aMissingFile() {
    let outcome = espalier("config", "check", "/nowhere/run.yaml")
    #expect(outcome.status == 2)
    #expect(outcome.error.contains("/nowhere/run.yaml"))
  }

  @Test func settings() throws {
    try withConfig(Self.good) { path in
      let outcome = espalier("config", "check", path, "--set", "training.epocs=3")
      #expect(outcome.status == 2)
      #expect(outcome.error.contains("did you mean `epochs`?"))
      let shown = espalier(
        "config", "show", path, "--set", "training.epochs=7", "--set=training.seed=9")
      #expect(shown.output.contains("epochs: 7"))
      #expect(shown.output.contains("seed: 9"))
    }
  }

  @Test func theEnvironment() throws {
    let text = Self.good.replacingOccurrences(of: "epochs: 2", with: "epochs: \"${env:EPOCHS}\"")
    try withConfig(text) { path in
      let shown = espalier("config", "show", path, environment: ["EPOCHS": "11"])
      #expect(shown.output.contains("epochs: 11"))
      #expect(espalier("config", "show", path).status == 2)
    }
  }

  @Test func showIsAConfig() throws {
    try withConfig(Self.good) { path in
      let shown = espalier("config", "show", path)
      #expect(shown.status == 0)
      try withConfig(shown.output) { again in
        #expect(espalier("config", "show", again).output == shown.output)
      }
      let origins = espalier("config", "show", path, "--origins")
      #expect(origins.output.contains("# \(path):8"))
      #expect(origins.output.contains("# default"))
    }
  }

  @Test func schema() throws {
    let outcome = espalier("config", "schema")
    #expect(outcome.status == 0)
    let schema = try json(outcome.output) as? [String: Any]
    #expect(schema?["$schema"] != nil)
  }

  @Test func explainEveryCode() {
    for code in DiagnosticCode.allCases {
      let outcome = espalier("explain", code.rawValue)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("\(code.rawValue)\n\n"))
    }
    #expect(espalier("explain", "e0112").output == espalier("explain", "0112").output)
  }
}
