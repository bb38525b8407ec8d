import Foundation
import Testing

/// Sweeps that are read, listed, and refused; that trials run is shown by processes of their own (`Search`).
@Suite struct SweepTests {
  static let config = """
    data:
      source: {csv: {path: table.csv, target: label}}
      split: {validation: 0.25, test: 0.2}
    model:
      - dense: {units: 8, activation: tanh}
      - dense: {units: 2}
    loss: cross_entropy
    optimizer: {sgd: {learning_rate: 0.05}}
    metrics: [accuracy, confusion_matrix]
    training: {epochs: 3, batch_size: 16}

    """

  static let sweep = """
    config: run.yaml
    set: {training.epochs: 4}
    parameters:
      optimizer.sgd.learning_rate: {log_uniform: [1e-3, 1]}
      model[0].dense.units: [4, 8, 16]
    strategy: {random: {trials: 6}}
    objective: {metric: validation_accuracy}

    """

  /// A folder with a table, a config and a sweep.
  static func inFolder(_ sweep: String = sweep, _ body: (String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      try write(signsTable, to: folder + "/table.csv")
      try write(config, to: folder + "/run.yaml")
      try write(sweep, to: folder + "/sweep.yaml")
      try body(folder)
    }
  }

  private func search(_ folder: String, _ words: String...) -> Outcome {
    espalier(all: ["search", folder + "/sweep.yaml", "--output", folder + "/out"] + words)
  }

  @Test func list() throws {
    try Self.inFolder { folder in
      let page = try #require(try json(search(folder, "--list", "--json").output) as? [String: Any])
      let trials = try #require(page["trials"] as? [[String: Any]])
      #expect(trials.map { $0["index"] as? Int } == [0, 1, 2, 3, 4, 5])
      for trial in trials {
        let values = try #require(trial["values"] as? [String: Any])
        let rate = try #require(values["optimizer.sgd.learning_rate"] as? Double)
        #expect((1e-3...1).contains(rate))
        #expect([4, 8, 16].contains(values["model[0].dense.units"] as? Int))
        #expect(trial["state"] as? String == "waiting")
      }
      // Nothing was run, nothing written.
      #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
      let more = try json(search(folder, "--list", "--json", "--trials", "9").output)
      let longer = try #require((more as? [String: Any])?["trials"] as? [[String: Any]])
      #expect(longer.count == 9)
      for (a, b) in zip(trials, longer) {
        #expect(a["values"] as? NSDictionary == b["values"] as? NSDictionary)
      }
      let other = try json(search(folder, "--list", "--json", "--seed", "5").output)
      let others = try #require((other as? [String: Any])?["trials"] as? [[String: Any]])
      #expect(others[0]["values"] as? NSDictionary != trials[0]["values"] as? NSDictionary)
      let text = search(folder, "--list").output
      #expect(text.contains("learning_rate") && text.split(separator: "\n").count == 7)
    }
  }

  /// What is wrong with a sweep is told at its line.
  @Test(arguments: [
    (
      "strategy:", "strategi:", "error[E0111]: the sweep has no key `strategi`",
      "did you mean `strategy`"
    ),
    ("set: {training.epochs: 4}", "epochs: 4", "error[E0111]", "`training.epochs: …` under `set`"),
    (
      "config: run.yaml", "config: ru.yaml", "error[E0401]: the config cannot be read",
      "there is no such file"
    ),
    ("config: run.yaml\n", "", "error[E0124]: the sweep has no `config`", "config: digits.yaml"),
    (
      "random: {trials", "random: {trails", "error[E0112]: random has no parameter `trails`",
      "trials"
    ),
    ("random", "randon", "error[E0113]", "did you mean `random`"),
    (
      "log_uniform: [1e-3", "log_unifrom: [1e-3", "error[E0402]: there is no range",
      "did you mean `log_uniform`"
    ),
    ("[1e-3, 1]", "[0, 1]", "error[E0402]: a logarithmic range begins above 0", "1e-5"),
    ("[1e-3, 1]", "[1, 1e-3]", "error[E0402]: the range ends at 0.001", "the least value first"),
    ("[1e-3, 1]", "[1e-3, 1, 2]", "error[E0402]: `log_uniform` takes two numbers", "[from, to]"),
    ("[1e-3, 1]", "[1e-3, big]", "error[E0120]", "a number"),
    (
      "[1e-3, 1]", "{from: 1e-3, too: 1}", "error[E0111]: `log_uniform` has no key `too`",
      "did you mean `to`"
    ),
    ("{log_uniform: [1e-3, 1]}", "0.1", "error[E0402]", "one value is no search"),
    ("[4, 8, 16]", "[4, 8, 4]", "error[E0402]: `4` is in the list twice", "remove one"),
    ("[4, 8, 16]", "[]", "error[E0402]", "at least one"),
    ("[4, 8, 16]", "[4, 0, 16]", "sweep.yaml:5:29", "x ≥ 1"),
    ("log_uniform: [1e-3, 1]", "uniform: [-1, 1]", "error[E0122]", "sweep.yaml:4"),
    ("sgd.learning_rate", "sgd.learning_rat", "error[E0161]", "did you mean `learning_rate`"),
    ("sgd.learning_rate", "adam.learning_rate", "error[E0161]", "`optimizer` is `sgd`, not `adam`"),
    ("model[0].dense", "model[9].dense", "error[E0163]", "sweep.yaml:5"),
    ("training.epochs: 4", "training.epochs: 0", "error[E0122]", "sweep.yaml:2"),
    (
      "training.epochs: 4", "\"model[0].dense.units\": 4",
      "error[E0402]: `model[0].dense.units` is searched", "remove one"
    ),
    (
      "validation_accuracy", "test_accuracy", "error[E0403]: a test result must not choose",
      "validation_accuracy"
    ),
    ("validation_accuracy", "accuracy", "error[E0170]", "did you mean `validation_accuracy`"),
    ("validation_accuracy", "validation_f1", "error[E0170]", "which nothing produces"),
    (
      "training.epochs: 4", "data.split.validation: 0", "error[E0171]", "data.split.validation: 0.2"
    ),
    (
      "{random: {trials: 6}}", "grid", "error[E0404]: grid: optimizer.sgd.learning_rate is a range",
      "set `points`"
    ),
    ("{random: {trials: 6}}", "{successive_halving: {least: 4}}", "error[E0404]", "4 epochs"),
    ("config: run.yaml", "config: run.yaml\nparallel: 0", "error[E0122]", "x"),
  ])
  func refused(_ old: String, _ new: String, _ message: String, _ more: String) throws {
    try Self.inFolder(Self.sweep.replacingOccurrences(of: old, with: new)) { folder in
      let outcome = search(folder, "--list")
      // What only some of the trials have is found before the first starts.
      let late = outcome.status == 0 ? search(folder, "--emit", "slurm") : outcome
      #expect(late.status == 2, "\(old) → \(new)")
      #expect(late.error.contains(message) && late.error.contains(more), "\(late.error)")
      #expect(!late.error.contains("--set"), "\(late.error)")
    }
  }

  @Test func severalMistakesAtOnce() throws {
    let sweep = Self.sweep.replacingOccurrences(of: "[4, 8, 16]", with: "{intger: [1, 2]}")
      .replacingOccurrences(of: "trials: 6", with: "trials: 0")
      .replacingOccurrences(of: "set:", with: "sett:")
    try Self.inFolder(sweep) { folder in
      let error = search(folder, "--list").error
      for code in ["E0111", "E0402", "E0122"] { #expect(error.contains(code), "\(error)") }
    }
  }

  /// A mistake that only one of the values makes is told at that value.
  @Test func oneOfTheValues() throws {
    let sweep = Self.sweep.replacingOccurrences(
      of: "model[0].dense.units: [4, 8, 16]", with: "training.batch_size: [16, 1]")
    try Self.inFolder(sweep) { folder in
      let config = Self.config.replacingOccurrences(
        of: "  - dense: {units: 2}", with: "  - batch_norm\n  - dense: {units: 2}")
      try write(config, to: folder + "/run.yaml")
      let outcome = search(folder, "--emit", "slurm")
      #expect(outcome.status == 2)
      #expect(
        outcome.error.contains("E0174") && outcome.error.contains("sweep.yaml:5:29"),
        "\(outcome.error)")
    }
  }

  @Test func wholeSectionsAndInlineConfigs() throws {
    let config = Self.config.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    let sweep = """
      config:
      \(config)
      parameters:
        optimizer: [{adam: {}}, {sgd: {momentum: 0.9}}, lion]
        optimizer.learning_rate: {choice: [0.01, 0.1]}
      strategy: grid

      """
    try Self.inFolder(sweep) { folder in
      let page = try #require(try json(search(folder, "--list", "--json").output) as? [String: Any])
      #expect((page["trials"] as? [Any])?.count == 6)
      #expect(page["metric"] as? String == "validation_loss")
      #expect(page["better"] as? String == "less")
      #expect(search(folder, "--emit", "slurm").status == 0)
    }
    try Self.inFolder(
      sweep.replacingOccurrences(of: "config:\n", with: "config:\n  plugins: [./Acme]\n")
    ) {
      #expect(search($0, "--list").error.contains("E0401"))
    }
  }

  @Test func jobs() throws {
    try Self.inFolder { folder in
      let script = search(folder, "--emit", "slurm", "--trials", "8").output
      #expect(script.hasPrefix("#!/bin/sh\n"))
      #expect(
        script.contains("#SBATCH --array=0-7\n") && script.contains("#SBATCH --job-name=sweep\n"))
      #expect(
        script.contains(
          "search \(folder)/sweep.yaml --output \(folder)/out --trials 8 --index \"$SLURM_ARRAY_TASK_ID\""
        ))
    }
    for strategy in ["tpe", "successive_halving", "hyperband", "coarse_to_fine"] {
      let sweep = Self.sweep.replacingOccurrences(of: "{random: {trials: 6}}", with: strategy)
      try Self.inFolder(sweep) { folder in
        let outcome = search(folder, "--emit", "slurm")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("\(strategy) chooses trials by the results of others"))
      }
    }
  }

  @Test func whatCannotBeAsked() throws {
    try Self.inFolder { folder in
      #expect(
        search(folder, "--index", "6").error.contains(
          "no trial 6: the search has 6, numbered from 0 to 5"))
      #expect(search(folder, "--index", "0", "--retry-failed").status == 2)
      #expect(espalier("search", "-").status == 2)
    }
    try Self.inFolder(
      Self.sweep.replacingOccurrences(of: "{random: {trials: 6}}", with: "{tpe: {trials: 30}}")
    ) {
      let error = search($0, "--index", "12").error
      #expect(error.contains("trial 12 is not known yet") && error.contains("0, 1, 2"), "\(error)")
    }
    try Self.inFolder(
      Self.sweep.replacingOccurrences(of: "{random: {trials: 6}}", with: "hyperband")
    ) {
      #expect(
        search($0, "--list", "--trials", "9").error.contains("hyperband cannot be lengthened"))
    }
  }
}
