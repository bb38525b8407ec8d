import Espalier
import Foundation
import Testing

@testable import EspalierReports

extension Pages {
  /// The page that stands in a run's folder when it is over.
  @Suite struct RunPageTests {
    private static let moons = """
      data:
        source: {synthetic: {kind: moons, samples: 200, noise: 0.3}}
        split: {validation: 0.2, test: 0.3}
        normalize: [standardize]
      model: [{dense: {units: 4, activation: tanh}}, {dense: {units: 2}}]
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.02}}
      callbacks: [{early_stopping: {patience: 2}}, {gradient_flow: {every: 2}}, {update_ratio: {every: 2}}, {lr_monitor: {every: 3}}]
      metrics: [accuracy, roc_auc, pr_auc, calibration_error, f1]
      training: {epochs: 60, batch_size: 16}

      """

    @Test func twoClasses() throws {
      try inTemporaryFolder { folder in
        let result = try train(Self.moons, in: folder)
        #expect(result.reportFailure == nil)
        guard case .stopped = result.end else { return #expect(Bool(false), "\(result.end)") }
        let check = checked(try contents(folder + "/run/report.html"))
        #expect(check.has("h1", "run"))
        #expect(check.has("h2", "On the test split"))
        #expect(check.has("text", "best: epoch \(result.bestEpoch!)"))
        #expect(check.has("text", "stopped early") && check.has("span", "stopped early"))
        // The charts' numbers are the metrics'.
        let area = NumberWords.brief(result["test_roc_auc"]!)
        let precision = NumberWords.brief(result["test_pr_auc"]!)
        let error = NumberWords.brief(result["test_calibration_error"]!)
        #expect(check.texts["text"]!.contains { $0.hasSuffix(": \(area)") })
        #expect(check.texts["text"]!.contains { $0.hasSuffix(": \(precision)") })
        #expect(check.texts["small"]!.contains { $0.contains("calibration error \(error);") })
        #expect(check.has("p", "60 samples"))
        for title in [
          "loss", "accuracy", "learning rate", "Confusion matrix", "Calibration", "ROC",
          "Precision over recall", "Norms of the gradients", "Updates as shares of the weights",
        ] {
          #expect(check.texts["figcaption"]!.contains(title), "\(title)")
        }
        // What was logged in steps is drawn by step.
        #expect(check.texts["text"]!.contains("dense_1.weight"))
        #expect(check.texts["title"]!.contains { $0.hasPrefix("dense_2.bias, step 3: ") })
        // What differs from the defaults, and nothing else.
        #expect(check.has("th", "optimizer.adam.learning_rate"))
        #expect(check.has("th", "callbacks[0].early_stopping.patience"))
        #expect(check.has("th", "model[0].dense.activation"))
        #expect(!check.has("th", "optimizer.adam.beta1"))
        #expect(!check.has("th", "training.seed"))
        #expect(check.texts["pre"]!.contains { $0.contains("beta1") })
        let mistakes = Int((60 * (1 - result["test_accuracy"]!)).rounded())
        #expect(check.text.contains("\(min(mistakes, 15)) of \(mistakes) mistake"))
      }
    }

    @Test func pictures() throws {
      try inTemporaryFolder { folder in
        let digits =
          URL(fileURLWithPath: #filePath).deletingLastPathComponent()
          .deletingLastPathComponent().deletingLastPathComponent().path
          + "/Examples/data/digits.csv"
        let config = """
          data:
            source: {csv: {path: \(digits), target: target, shape: [1, 8, 8]}}
            split: {validation: 0.2}
            normalize: [min_max]
          model: [flatten, {dense: {units: 10}}]
          loss: cross_entropy
          optimizer: {adam: {learning_rate: 0.01}}
          metrics: [accuracy, confusion_matrix]
          training: {epochs: 2, batch_size: 64}
          """
        let result = try train(config, in: folder)
        let check = checked(try contents(folder + "/run/report.html"))
        // There is no test split.
        #expect(check.has("h2", "On the validation split"))
        #expect(check.texts["img"] == nil)
        #expect(
          try contents(folder + "/run/report.html").components(separatedBy: "<img ").count == 25)
        #expect(check.text.contains("digits.csv: line "))
        guard case .matrix(let labels, let counts)? = result.matrices["validation_confusion_matrix"]
        else { return #expect(Bool(false)) }
        // The numbers of the matrix, row by row.
        let cells = labels.indices.flatMap { row in counts[row].map { "\(Int($0))" } }
        let table = check.texts["td"]!
        #expect(table.indices.contains { Array(table[$0...].prefix(100)) == cells })
        #expect(check.text.contains("10 classes"))
      }
    }

    @Test func values() throws {
      try inTemporaryFolder { folder in
        let config = """
          data:
            source: {csv: {path: t.csv, target: [y, z], features: [a, b], task: regression}}
            split: {validation: 0.2, test: 0.2}
            normalize: [standardize]
            target_normalize: standardize
          model: [{dense: {units: 2}}]
          loss: mean_squared_error
          optimizer: {adam: {learning_rate: 0.05}}
          metrics: [r2, mae]
          training: {epochs: 3}
          """
        var table = "a,b,y,z\n"
        for row in 0..<150 {
          let (a, b) = (Double(row % 13), Double(row % 7))
          table += "\(a),\(b),\(100 + 30 * a - b),\(a * b + 500)\n"
        }
        try write(table, to: folder + "/t.csv")
        try train(config, in: folder)
        let both = checked(try contents(folder + "/run/report.html"))
        #expect(both.has("h3", "y") && both.has("h3", "z"))
        #expect(both.texts["figcaption"]!.filter { $0 == "Predicted against true" }.count == 2)

        // In the units of the data.
        let one = config.replacingOccurrences(of: "[y, z]", with: "y")
          .replacingOccurrences(of: "units: 2", with: "units: 1")
        let result = try train(one, in: folder, name: "one")
        let check = checked(try contents(folder + "/one/report.html"))
        let names = check.texts["th"]!
        let place = try #require(names.firstIndex(of: "mean difference"))
        #expect(names[place + 1] == NumberWords.brief(result["test_r2"]!))
        #expect(check.has("td", NumberWords.brief(result["test_mae"]!)))
        #expect(check.texts["figcaption"]!.contains("How often which difference"))
        #expect(check.text.contains("t.csv: line "))
      }
    }

    @Test func withoutHeldOutSamples() throws {
      try inTemporaryFolder { folder in
        try train(
          Self.moons, in: folder,
          sets: ["data.split.validation=0", "data.split.test=0", "callbacks=[]"])
        let check = checked(try contents(folder + "/run/report.html"))
        #expect(check.has("p", "The run kept no samples for validation or test."))
        #expect(check.has("text", "best: epoch 60") || check.text.contains("best: epoch"))
        #expect(!check.text.contains("Confusion matrix"))
        #expect(check.texts["figcaption"]!.contains("loss"))
      }
    }

    @Test func turnedOff() throws {
      try inTemporaryFolder { folder in
        try train(Self.moons, in: folder, sets: ["training.report=false", "training.epochs=1"])
        #expect(!FileManager.default.fileExists(atPath: folder + "/run/report.html"))
      }
    }

    @Test func failedRun() throws {
      try inTemporaryFolder { folder in
        struct Mistake: Error, CustomStringConvertible {
          var description: String { "a <b>mistake</b>" }
        }
        let hook = Hook(.epochEnd, named: "bad") { state in
          if state.epoch == 2 { throw Mistake() }
          return .proceed
        }
        #expect(throws: RunFailure.self) { try train(Self.moons, in: folder, hooks: [hook]) }
        let check = checked(try contents(folder + "/run/report.html"))
        #expect(check.has("span", "failed"))
        #expect(check.texts["pre"]!.contains { $0.contains("a <b>mistake</b>") })
        #expect(check.texts["figcaption"]!.contains("loss"))
      }
    }

    @Test func runUnderWay() throws {
      try inTemporaryFolder { folder in
        try train(Self.moons, in: folder)
        for name in ["summary.json", "weights.safetensors", "report.html"] {
          try FileManager.default.removeItem(atPath: folder + "/run/" + name)
        }
        let log = folder + "/run/metrics.jsonl"
        try Data(contentsOf: URL(fileURLWithPath: log)).dropLast(30)
          .write(to: URL(fileURLWithPath: log))
        let check = checked(
          RunReport.page(
            of: try ReportedRun(folder: folder + "/run", gap: "none yet")))
        #expect(check.has("span", "not ended"))
        #expect(check.has("p", "none yet"))
        #expect(check.texts["figcaption"]!.contains("loss"))
        // Without the table, the log tells the epochs.
        try FileManager.default.removeItem(atPath: folder + "/run/history.csv")
        let run = try ReportedRun(folder: folder + "/run")
        #expect(run.epochs.count > 2 && run.measures.first == "loss")
        #expect(checked(RunReport.page(of: run)).texts["figcaption"]!.contains("accuracy"))
        try FileManager.default.removeItem(atPath: log)
        #expect(
          checked(RunReport.page(of: try ReportedRun(folder: folder + "/run"))).has(
            "b", "0"))
      }
    }

    /// Names of classes, features, files, runs and settings that are pieces of pages.
    @Test func hostileNames() throws {
      try inTemporaryFolder { folder in
        let script = "<script>alert(1)</script>"
        let image = "\"\"><img src=x onerror=alert(1)>"
        var table = "a&<b>\"\"c\"\",plain,label\n".replacingOccurrences(
          of: "a&<b>\"\"c\"\"", with: "\"a&<b>\"\"c\"\"\"")
        for row in 0..<80 {
          table += "\(row % 9),\(row % 5),\(row % 2 == 0 ? "\"\(script)\"" : "\"\(image)\"")\n"
        }
        try write(table, to: folder + "/<i>x.csv")
        let config = """
          name: "</title><script>alert(2)</script>\\u202Etxt"
          data: {source: {csv: {path: "<i>x.csv", target: label}}}
          model: [{dense: {units: 2, name: head}}]
          loss: cross_entropy
          optimizer: {sgd: {learning_rate: 0.001}}
          callbacks: [gradient_flow]
          training: {epochs: 2}
          """
        try train(config, in: folder)
        let page = try contents(folder + "/run/report.html")
        let check = checked(page)
        #expect(!page.contains("<script") && !page.contains("<i>") && !page.contains("<img src=x"))
        #expect(check.has("h1", "</title><script>alert(2)</script>\u{FFFD}txt"))
        #expect(check.text.contains(script))
        #expect(check.text.contains("<i>x.csv: line "))
        #expect(check.text.contains("a&<b>\"c\""))
      }
    }

    @Test func manySamplesAreBounded() throws {
      try inTemporaryFolder { folder in
        let config = Self.moons.replacingOccurrences(of: "samples: 200", with: "samples: 40000")
        try train(config, in: folder, sets: ["training.epochs=1", "training.batch_size=512"])
        let page = try contents(folder + "/run/report.html")
        let check = checked(page)
        #expect(page.utf8.count < 400_000, "\(page.utf8.count)")
        #expect(check.has("p", "10\u{202F}000 of 12\u{202F}000 samples, evenly spread"))
      }
    }
  }
}
