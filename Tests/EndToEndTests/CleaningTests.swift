import Espalier
import Foundation
import Testing

extension EndToEnd {
  /// Cleaners and selectors from a config to predictions.
  @Suite struct CleaningTests {
    /// Two clouds with a category; sample 10k has no size, 10k + 1 no color, 50k comes once more, the
    /// last ones are far off.
    static func table(_ count: Int = 300) -> String {
      var text = "color,size,noise,constant,kind\n"
      var rows: [String] = []
      for row in 0..<count {
        let isBig = row % 2 == 0
        let spread = Double(row * 37 % 100) / 100
        let size = row % 10 == 0 ? "" : "\((isBig ? 2 : 0) + spread)"
        let color = row % 10 == 1 ? "NA" : isBig ? (row % 3 == 0 ? "red" : "blue") : "green"
        rows.append(
          "\(color),\(size),\(Double(row * 71 % 100) / 50 + Double(row) / 1e6),7,\(isBig ? "big" : "small")"
        )
      }
      for row in stride(from: 0, to: count, by: 50) { rows.append(rows[row]) }
      rows.append("red,900,1,7,big")
      text += rows.joined(separator: "\n") + "\n"
      return text
    }

    static func config(_ clean: String, select: String = "[variance_threshold]") -> String {
      """
      data:
        source: {csv: {path: table.csv, target: kind, categories: auto}}
        split: {validation: 0.2, test: 0.2}
        clean: \(clean)
        select: \(select)
        normalize: [standardize]
      model: [{dense: {units: 8, activation: tanh}}, {dense: {units: 2}}]
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.05}}
      metrics: [accuracy]
      training: {epochs: 8, batch_size: 16, seed: 2}
      """
    }

    private func withTable(
      _ config: String, _ body: (_ folder: String, _ config: String) throws -> Void
    ) throws {
      try withFolder { folder in
        _ = try write(Self.table(), folder, "table.csv")
        try body(folder, try write(config, folder))
      }
    }

    private func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "accepted"
      } catch { return "\(error)" }
    }

    @Test func trainsAndPredictsTheSame() throws {
      let clean =
        "[duplicates, {outliers: {action: drop}}, {missing_values: {strategy: median, indicators: true}}, one_hot]"
      try withTable(Self.config(clean)) { folder, path in
        var facts: [Event: RunFacts] = [:]
        let seen = Box()
        let hook = Hook([.dataSplit, .transformsFitted, .runStart]) { event, run in
          seen.facts[event] = run.facts
          return .proceed
        }
        let result = try train(path, into: folder + "/run", hooks: [hook])
        facts = seen.facts
        let report = result.summary.cleaning
        #expect(report.map(\.cleaner) == ["duplicates", "outliers", "missing_values", "one_hot"])
        #expect(report[0].source == 6 && report[0].total == 6)
        #expect(report[1].source == 0 && report[1].training <= 1)
        #expect(facts[.dataSplit]?.cleaning[0].source == 6)
        #expect(facts[.runStart]?.cleaning == report)
        #expect(
          facts[.transformsFitted]?.trainingSamples
            == (facts[.dataSplit]?.trainingSamples ?? 0) - report[1].training)
        // color=blue, green, red; size; noise; size_missing, color_missing; the constant is gone.
        #expect(facts[.runStart]?.sampleShape == [7])
        #expect(result.metrics["test_accuracy"] ?? 0 > 0.95)
        let summary = try String(contentsOfFile: folder + "/run/summary.json", encoding: .utf8)
        #expect(summary.contains("\"cleaner\"") && summary.contains("\"duplicates\""))
        let run = try TrainedRun.open(folder + "/run", catalog: builtIn.get(), defaults: quiet)
        #expect(run.input.categories == [0: ["blue", "green", "red"]])
        for split in TrainedRun.Split.allCases {
          let found = try run.evaluate(split)
          #expect(found.metrics == result.summary.results[split.rawValue], "\(split)")
          #expect(found.samples == result.summary.samples[split.rawValue])
        }
        let file = try write(
          "size,color,noise,constant\n2.5,red,1,7\n,green,1,7\n0.2,,1,7\n", folder, "new.csv")
        #expect(try run.predict(file: file).labels == ["big", "small", "small"])
        let unknown = try write(
          "size,color,noise,constant\n2.5,pink,1,7\n", folder, "unknown.csv")
        #expect(
          message { _ = try run.predict(file: unknown) }
            .contains("`pink` is none of the levels learned: blue, green, red"))
      }
    }

    @Test func whatWasDroppedCannotBePredicted() throws {
      try withTable(Self.config("[{missing_values: {strategy: drop}}, one_hot]")) { folder, path in
        let result = try train(path, into: folder + "/run")
        // 30 without size, 30 without color, and five copies without size.
        #expect(result.summary.cleaning[0].source == 66)
        let run = try TrainedRun.open(folder + "/run", catalog: builtIn.get(), defaults: quiet)
        let file = try write(
          "size,color,noise,constant\n2.5,red,1,7\n,red,1,7\n", folder, "new.csv")
        let words = message { _ = try run.predict(file: file) }
        #expect(words.contains("new.csv: line 3, feature `size`: the value is missing"))
        #expect(words.contains("missing_values"))
        #expect(
          message { _ = try run.predict([[0, .nan, 1, 7]]) }
            .contains("sample 0, feature `size`: the value is missing"))
      }
    }

    @Test func withoutACleaner() throws {
      try withTable(Self.config("[]")) { _, path in
        let words = message { try train(path) }
        // The first of the training split.
        #expect(words.contains("table.csv: line 12, feature `size`: the value is missing"))
        #expect(words.contains("`missing_values` in `data.clean`"))
        #expect(words.contains("config.yaml:2"))
      }
    }

    @Test func targetsThatAreMissing() throws {
      try withFolder { folder in
        _ = try write("x,y\n1,a\n2,\n3,b\n4,a\n5,b\n6,a\n", folder, "table.csv")
        func text(_ clean: String) -> String {
          """
          data: {source: {csv: {path: table.csv}}, split: {validation: 0}, clean: \(clean)}
          model: [{dense: {units: 2}}]
          loss: cross_entropy
          optimizer: {sgd: {learning_rate: 0.1}}
          training: {epochs: 1}
          """
        }
        let words = message { try train(try write(text("[]"), folder)) }
        #expect(words.contains("table.csv: line 3: the target is missing"))
        #expect(words.contains("`label_check` in `data.clean`"))
        let refused = message { try train(try write(text("[label_check]"), folder)) }
        #expect(
          refused.contains("label_check") && refused.contains("line 3: the target is missing"))
        let path = try write(text("[{label_check: {action: drop}}]"), folder)
        #expect(try train(path).summary.samples["train"] == 5)
      }
    }

    @Test func sourcesOfTheirOwn() throws {
      try withFolder { folder in
        _ = try write("x,y\n1,a\n2,b\n3,a\n4,b\n4,b\n", folder, "train.csv")
        _ = try write("x,y\n2,b\n5,a\n,b\n", folder, "test.csv")
        let text = """
          data:
            source: {csv: {path: train.csv}}
            test_source: {csv: {path: test.csv}}
            split: {validation: 0}
            clean: [duplicates, {missing_values: {strategy: drop}}]
          model: [{dense: {units: 2}}]
          loss: cross_entropy
          optimizer: {sgd: {learning_rate: 0.1}}
          training: {epochs: 1}
          """
        let result = try train(try write(text, folder))
        #expect(result.summary.samples == ["train": 4, "validation": 0, "test": 1])
        let report = result.summary.cleaning
        #expect(report[0].source == 1 && report[0].test == 1)
        #expect(report[1].source == 0 && report[1].test == 1)
        let nothing = text.replacingOccurrences(of: "duplicates", with: "label_check")
          .replacingOccurrences(
            of: "label_check", with: "{label_check: {labels: [c], action: drop}}")
        let words = message { try train(try write(nothing, folder)) }
        #expect(words.contains("leaves no sample of 5"))
      }
    }

    @Test func selectorsAndLDA() throws {
      try withFolder { folder in
        let text = """
          data:
            source: {csv: {path: \(project)/Examples/data/wine.csv, target: target}}
            split: {validation: 0.2, test: 0.2}
            select:
              - correlation_filter: {threshold: 0.9}
              - k_best: {k: 10}
              - l1_selection: {k: 8}
              - columns: {drop: [hue]}
            normalize: [standardize]
            project: [lda]
          model: [{dense: {units: 3}}]
          loss: cross_entropy
          optimizer: {adam: {learning_rate: 0.05}}
          metrics: [accuracy]
          training: {epochs: 20, batch_size: 16, seed: 4}
          """
        let result = try train(try write(text, folder), into: folder + "/run")
        #expect(result.metrics["test_accuracy"] ?? 0 > 0.9)
        let run = try TrainedRun.open(folder + "/run", catalog: builtIn.get(), defaults: quiet)
        #expect(try run.evaluate(.test).metrics == result.summary.results["test"])
      }
    }
  }

  /// What a hook saw; one thread writes and reads.
  private final class Box: @unchecked Sendable {
    var facts: [Event: RunFacts] = [:]
  }
}
