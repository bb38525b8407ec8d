import Espalier
import EspalierHost
import Foundation
import Testing

@Suite(.serialized) struct CompareTests {
  private func train(_ folder: String, _ name: String, _ words: String...) -> String {
    let out = folder + "/" + name
    let done = espalier(all: ["train", folder + "/run.yaml", "--output", out] + words)
    #expect(done.status == 0, "\(done.error)")
    return out
  }

  @Test func groupsBySeed() throws {
    try Patients.inFolder { folder in
      func train(_ name: String, _ seed: Int, _ rate: String) -> String {
        self.train(
          folder, name, "--seed", "\(seed)", "--set", "data.split.seed=1", "--set",
          "optimizer.adam.learning_rate=\(rate)", "--set",
          "model=[{dense: {units: 2, initializer: zeros}}]")
      }
      let slow = (1...3).map { train("slow\($0)", $0, "1e-5") }
      let fast = (1...3).map { train("fast\($0)", $0, "0.05") }
      let runs = [slow[0], fast[0], slow[1], fast[1], slow[2], fast[2]]
      let done = espalier(all: ["compare"] + runs)
      #expect(done.status == 0, "\(done.error)")
      let text = done.output
      #expect(text.contains("A     3"), "\(text)")
      #expect(text.contains(slow.joined(separator: ", ")))
      #expect(text.contains("optimizer.adam.learning_rate  1e-05  0.05"), "\(text)")
      #expect(!text.contains("training.seed"))
      #expect(text.contains("B is better than A by "), "\(text)")
      #expect(text.contains("more than the seeds explain: Welch's t = "))
      #expect(text.contains("underfits: "), "\(text)")

      let page = try json(espalier(all: ["compare"] + runs + ["--json"]).output)
      let losses = try fast.map {
        try RunRecord(reading: $0).summary!.results["validation"]!["loss"]!
      }
      let others = try slow.map {
        try RunRecord(reading: $0).summary!.results["validation"]!["loss"]!
      }
      let (mine, theirs) = (Sample(losses), Sample(others))
      #expect(abs(try figure(page, "groups", "1", "mean") - mine.mean) < 1e-12)
      #expect(abs(try figure(page, "groups", "1", "deviation") - mine.deviation) < 1e-12)
      let test = try #require(WelchTest(mine, theirs))
      #expect(abs(try figure(page, "verdicts", "0", "p") - test.p) < 1e-12)
      #expect(abs(try figure(page, "verdicts", "0", "margin") - (theirs.mean - mine.mean)) < 1e-12)
      #expect((page as? [String: Any])?["best"] as? String == "B")
      #expect(((page as? [String: Any])?["differences"] as? [Any])?.count == 1)

      // By another result, for which more is better.
      let accuracy = try json(
        espalier(all: ["compare"] + runs + ["--metric", "validation_accuracy", "--json"]).output)
      #expect((accuracy as? [String: Any])?["higher_is_better"] as? Bool == true)
      let means = try ["0", "1"].map { try figure(accuracy, "groups", $0, "mean") }
      #expect(means[0] != means[1])
      #expect((accuracy as? [String: Any])?["best"] as? String == (means[0] > means[1] ? "A" : "B"))

      let csv = espalier(all: ["compare"] + runs + ["--csv", "-"])
      let lines = csv.output.split(separator: "\n")
      #expect(lines.count == 1 + 6 * 4)
      #expect(lines[0].hasPrefix("group,run,epoch,"))
      #expect(lines[1].hasPrefix("A,\(slow[0]),1,"))
    }
  }

  @Test func oneRunEach() throws {
    try Patients.inFolder { folder in
      let (a, b) = (train(folder, "a"), train(folder, "b", "--set", "training.batch_size=64"))
      let text = espalier("compare", a, b).output
      #expect(text.contains("one run each: no spread is known"), "\(text)")
      #expect(text.contains("training.batch_size  16  64"), "\(text)")
      try FileManager.default.copyItem(atPath: a, toPath: folder + "/copy")
      try write(
        String(contentsOfFile: a + "/config.yaml", encoding: .utf8)
          .replacingOccurrences(of: "epochs: 4", with: "epochs: 5"),
        to: folder + "/copy/config.yaml")
      let equal = espalier("compare", a, folder + "/copy").output
      #expect(equal.contains("A and B are equal in validation_loss"), "\(equal)")
      // A plugin that only one has is one difference with all its parameters.
      let other = train(folder, "d", "--set", "optimizer={sgd: {learning_rate: 0.1}}")
      let page = try json(espalier("compare", a, other, "--json").output)
      let differences = (page as? [String: Any])?["differences"] as? [[String: Any]] ?? []
      #expect(
        differences.compactMap { $0["path"] as? String } == ["optimizer.adam", "optimizer.sgd"])
      #expect(try figure(differences.last?["values"], "1", "learning_rate") == 0.1)
      let same = espalier("compare", a, train(folder, "c", "--seed", "8")).output
      #expect(same.contains("all runs have one config"), "\(same)")
      #expect(same.contains(" ± "))
    }
  }

  @Test func watchesWhatTheConfigWatches() throws {
    try Patients.inFolder { folder in
      let a = train(
        folder, "a", "--set", "callbacks=[{early_stopping: {monitor: validation_log_loss}}]")
      let page = try json(espalier("compare", a, "--json").output)
      #expect((page as? [String: Any])?["metric"] as? String == "validation_log_loss")
      #expect((page as? [String: Any])?["higher_is_better"] as? Bool == false)
    }
  }

  @Test func runsThatHaveNotEnded() throws {
    try Patients.inFolder { folder in
      let a = train(folder, "a")
      let before = try RunRecord(reading: a)
      try FileManager.default.removeItem(atPath: a + "/summary.json")
      let page = try json(espalier("compare", a, "--json").output)
      let best = before.epochs.compactMap { $0.results["validation_loss"] }.min()!
      #expect(try figure(page, "groups", "0", "mean") == best)
    }
  }

  @Test func oneRun() throws {
    try Patients.inFolder { folder in
      let page = espalier("compare", train(folder, "a"))
      #expect(page.status == 0 && page.output.contains("name others to compare it with"))
    }
  }

  @Test func refuses() throws {
    try Patients.inFolder { folder in
      let a = train(folder, "a")
      for (words, status, part) in [
        ([], 2, "RUN is missing"), ([folder], 1, "is no folder of a run"),
        ([a, "--metric", "validation_f1"], 1, "has no result `validation_f1`; it has "),
        ([a, "--metric", "speed"], 1, "nothing tells whether more of `speed` is better"),
        ([a, "--json", "--csv", "-"], 2, "both print"),
      ] as [([String], Int32, String)] {
        let done = espalier(all: ["compare"] + words)
        #expect(done.status == status && done.error.contains(part), "\(words): \(done.error)")
      }
    }
  }
}
