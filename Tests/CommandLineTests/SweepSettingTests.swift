import Foundation
import Testing

/// `--set` of a search, and the schema of sweeps.
@Suite struct SweepSettingTests {
  private func search(_ folder: String, _ words: String...) -> Outcome {
    espalier(all: ["search", folder + "/sweep.yaml", "--output", folder + "/out"] + words)
  }

  private func count(_ outcome: Outcome) throws -> Int {
    let page = try #require(try json(outcome.output) as? [String: Any], "\(outcome.error)")
    return try #require(page["trials"] as? [Any]).count
  }

  /// What begins with a key of sweeps changes the sweep, all else the config.
  @Test func sweepAndConfig() throws {
    try SweepTests.inFolder { folder in
      let changes = [
        "--set", "strategy.random.trials=2", "--set", "training.epochs=1",
        "--set", "objective.metric=validation_loss",
      ]
      let words = ["search", folder + "/sweep.yaml", "--output", folder + "/out"] + changes
      let page = try #require(
        try json(espalier(all: words + ["--list", "--json"]).output) as? [String: Any])
      #expect((page["trials"] as? [Any])?.count == 2)
      #expect(page["metric"] as? String == "validation_loss")
      let trial = espalier(all: words + ["--index", "1", "--threads", "1"])
      #expect(trial.status == 0, "\(trial.error)")
      let config = try String(
        contentsOfFile: folder + "/out/trial-0001/config.yaml", encoding: .utf8)
      #expect(config.contains("epochs: 1\n"))
      // The folder is that of these changes: without them it is another search.
      let other = search(folder, "--list")
      #expect(other.status == 1)
      #expect(other.error.contains("training.epochs was 1, and is 4"), "\(other.error)")
      // Jobs get them too.
      let script = espalier(all: words + ["--emit", "slurm"]).output
      #expect(script.contains("--set training.epochs=1 --set objective.metric=validation_loss"))
    }
  }

  @Test func aWholeStrategy() throws {
    try SweepTests.inFolder { folder in
      let found = try count(
        search(folder, "--set", "strategy={grid: {points: 2}}", "--list", "--json"))
      #expect(found == 6)
    }
  }

  @Test(arguments: [
    ("training.epoch=3", "E0161", "did you mean `epochs`", "--set:1:10"),
    ("strategy.random.trial=3", "E0161", "did you mean `trials`", "--set:1:17"),
    ("strategy.random.trials=0", "E0122", "at least 1", "--set:1:24"),
    ("strategy.grid.points=3", "E0161", "`strategy` is `random`, not `grid`", "--set:1:10"),
    ("parameters=3", "E0161", "changed in its file alone", "--set:1:1"),
    ("set.training.epochs=3", "E0161", "give the path of the config itself", "--set:1:1"),
    ("config=other.yaml", "E0161", "changed in its file alone", "--set:1:1"),
    (
      "optimizer.sgd.learning_rate=1", "E0402",
      "`optimizer.sgd.learning_rate` is searched, so it cannot be set", "searched here"
    ),
    ("nothing", "E0160", "write `path=value`", "--set:1:1"),
  ])
  func refused(_ change: String, _ code: String, _ message: String, _ more: String) throws {
    try SweepTests.inFolder { folder in
      let outcome = search(folder, "--list", "--set", change)
      #expect(outcome.status == 2)
      #expect(
        outcome.error.contains(code) && outcome.error.contains(message)
          && outcome.error.contains(more), "\(outcome.error)")
    }
  }

  @Test func shortObjective() throws {
    try SweepTests.inFolder(
      SweepTests.sweep.replacingOccurrences(
        of: "{metric: validation_accuracy}", with: "validation_accuracy")
    ) { folder in
      let page = try json(search(folder, "--list", "--json").output) as? [String: Any]
      #expect(page?["metric"] as? String == "validation_accuracy")
    }
  }

  /// A config in the place of a sweep is one mistake, not a dozen.
  @Test func aConfigIsNoSweep() throws {
    try SweepTests.inFolder(SweepTests.config) { folder in
      let outcome = search(folder, "--list")
      #expect(outcome.status == 2)
      #expect(outcome.error.contains("this is a config, not a sweep"), "\(outcome.error)")
      #expect(outcome.error.contains("1 error"), "\(outcome.error)")
    }
  }

  @Test func schema() throws {
    let text = espalier("config", "schema", "--sweep").output
    if let path = ProcessInfo.processInfo.environment["ESPALIER_SWEEP_SCHEMA"] {
      try write(text, to: path)
    }
    let page = try #require(try json(text) as? [String: Any])
    let properties = try #require(page["properties"] as? [String: [String: Any]])
    #expect(
      Set(properties.keys) == [
        "config", "include", "keep", "objective", "output", "parallel", "parameters", "seed", "set",
        "strategy",
      ])
    let definitions = try #require(page["definitions"] as? [String: [String: Any]])
    for part in text.components(separatedBy: "#/definitions/").dropFirst() {
      let name = String(part.prefix { $0 != "\"" })
      #expect(definitions[name] != nil, "\(name)")
    }
    #expect(definitions["search.successive_halving"] != nil)
    let within = try #require(definitions["config"]?["properties"] as? [String: Any])
    #expect(within["optimizer"] != nil && within["plugins"] == nil)
    #expect(text.contains("\"log_uniform\""))
  }
}
