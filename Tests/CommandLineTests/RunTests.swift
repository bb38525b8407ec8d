import Espalier
import Foundation
import Testing

@Suite(.serialized) struct RunTests {
  private static let config = """
    data:
      source: {csv: {path: table.csv, target: label}}
      split: {validation: 0.2, test: 0.2}
    model:
      - dense: {units: 8, activation: tanh}
      - dense: {units: 2}
    loss: cross_entropy
    optimizer: {adam: {learning_rate: 0.05}}
    metrics: [accuracy, confusion_matrix]
    training: {epochs: 3, batch_size: 16}

    """

  private func inRunFolder(_ body: (String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      try write(signsTable, to: folder + "/table.csv")
      try write(Self.config, to: folder + "/run.yaml")
      try body(folder)
    }
  }

  @Test func benchByKernel() throws {
    try inRunFolder { folder in
      let words = [
        "bench", folder + "/run.yaml", "--rounds", "1", "--seconds", "0.01", "--kernels",
      ]
      let page = try #require(try json(espalier(all: words + ["--json"]).output) as? [String: Any])
      let profile = try #require(page["profile"] as? [[String: Any]])
      #expect(profile.count == page["kernels"] as? Int)
      let operations = profile.reduce(0) { $0 + ($1["operations"] as? Int ?? 0) }
      #expect(operations == page["operations_per_step"] as? Int && operations > 0)
      // 16 samples: 2 features to 8 units, forward.
      #expect(profile.contains { $0["operations"] as? Int == 2 * 16 * 2 * 8 })
      for kernel in profile { #expect(try #require(kernel["seconds"] as? Double) >= 0) }
      let table = espalier(all: words).output
      #expect(table.contains(" GFLOP/s  dense_1 "), "\(table)")
      let other = espalier(all: words + ["--set", "backend=reference"])
      #expect(other.output.contains("does not tell the time of its kernels"), "\(other.output)")
      // Nobody asked for them.
      let plain = try json(espalier(all: words.dropLast() + ["--json"]).output) as? [String: Any]
      #expect(plain?["profile"] == nil)
    }
  }

  @Test func benchOfData() throws {
    try inRunFolder { folder in
      let words = [
        "bench", folder + "/run.yaml", "--data", "--rounds", "2", "--seconds", "0.01", "--set",
        "data.normalize=[standardize, unit_norm]",
      ]
      let page = try #require(try json(espalier(all: words + ["--json"]).output) as? [String: Any])
      let names = try #require(page["transforms"] as? [[String: Any]])
      #expect(names.map { $0["name"] as? String } == ["standardize", "unit_norm"])
      // The parts of the work are within the whole of it.
      var parts = try #require(page["opening"] as? Double)
      for transform in names {
        for key in ["fitting", "applying"] {
          let seconds = try #require(transform[key] as? Double)
          #expect(seconds > 0)
          parts += seconds
        }
      }
      let whole = try #require(page["rounds"] as? [Double])
      #expect(whole.count == 2 && parts <= whole.max()!)
      #expect(page["in_memory"] as? Bool == true && page["batch_size"] as? Int == 16)
      let rates = try #require(page["rates"] as? [[String: Any]])
      #expect(rates.map { $0["workers"] as? Int } == [0, 1, 2])
      #expect(rates.allSatisfy { $0["samples_per_second"] as? Double ?? 0 > 0 })
      // A run of so small data has no worker.
      #expect(page["workers"] as? Int == 0)
      #expect(page["samples_per_second"] as? Double == rates[0]["samples_per_second"] as? Double)
      let more =
        try json(
          espalier(all: words + ["--json", "--set", "training.workers=3"]).output) as? [String: Any]
      #expect(more?["workers"] as? Int == 3 && (more?["rates"] as? [Any])?.count == 4)

      let table = espalier(all: words).output
      for part in ["prepare ", "  standardize  fitted ", "samples a second", "as in a run"] {
        #expect(table.contains(part), "\(table)")
      }
      let streamed = espalier(all: words + ["--set", "data.memory=100"])
      #expect(streamed.output.contains("read for each batch"), "\(streamed)")
      #expect(espalier(all: words + ["--kernels"]).status == 2)
    }
  }

  @Test func trainEvaluatePredict() throws {
    try inRunFolder { folder in
      let run = folder + "/out"
      let trained = espalier(
        "train", folder + "/run.yaml", "--output", run, "--progress", "none", "--threads", "1")
      #expect(trained.status == 0)
      #expect(trained.output.hasPrefix("run "))
      #expect(trained.output.contains("validation"))
      #expect(trained.error == "")

      let measured = espalier("evaluate", run)
      #expect(measured.status == 0)
      #expect(measured.output.hasPrefix("test, 24 samples\n\nloss "))
      #expect(measured.output.contains("confusion_matrix (rows: true, columns: predicted)"))
      let values = try #require(
        try json(espalier("evaluate", run, "--split=validation", "--json").output) as? [String: Any]
      )
      #expect(values["data"] as? String == "validation")
      #expect(values["samples"] as? Int == 24)
      #expect(
        espalier("evaluate", run, "--input", folder + "/table.csv").output.contains("120 samples"))

      let table = espalier("predict", run, "--input", folder + "/table.csv").output
      #expect(table.hasPrefix("prediction,probability_above,probability_below\n"))
      #expect(table.split(separator: "\n").count == 121)
      let file = folder + "/predictions.jsonl"
      let predicted = espalier(
        "predict", run, "--input", folder + "/table.csv", "--format=jsonl", "--output", file)
      #expect(predicted.status == 0)
      #expect(predicted.output == "")
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 120)
      let first = try json(String(lines[0])) as? [String: Any]
      #expect(["above", "below"].contains(first?["prediction"] as? String))
      #expect(first?["probability_above"] is Double)
    }
  }

  @Test func export() throws {
    try inRunFolder { folder in
      let run = folder + "/out"
      let path = folder + "/model.onnx"
      #expect(
        espalier("train", folder + "/run.yaml", "--output", run, "--progress", "none").status == 0)
      let written = espalier("export", run, "--output", path)
      #expect(written.status == 0, "\(written.error)")
      let lines = written.output.split(separator: "\n").map(String.init)
      #expect(lines[0].hasPrefix("\(path): ") && lines[0].hasSuffix(" bytes"), "\(lines)")
      #expect(lines[1] == "  takes features [N×2]")
      #expect(lines[2] == "  gives probabilities [N×2], label [N]")
      #expect(lines[3].hasPrefix("  read again: 16 samples agree with the run, to "))
      #expect(lines.count == 4)

      // The samples are gone: others are drawn, and that is told.
      try FileManager.default.removeItem(atPath: folder + "/table.csv")
      let drawn = espalier("export", run, "--output", path, "--json", "--format", "onnx")
      let page = try #require(try json(drawn.output) as? [String: Any])
      #expect(page["checked_samples"] as? Int == 16)
      #expect((page["note"] as? String)?.contains("table.csv") ?? false, "\(page)")
      #expect((page["operators"] as? [String: Int])?["Gemm"] == 2)
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      #expect(page["bytes"] as? Int == size)

      let refused = espalier("export", run, "--output", folder + "/none/model.onnx")
      #expect(refused.status == 1)
      #expect(refused.error.contains("none/model.onnx: cannot be written"), "\(refused.error)")
    }
  }

  @Test func settingsAndJSON() throws {
    try inRunFolder { folder in
      let outcome = espalier(
        "train", folder + "/run.yaml", "--output", folder + "/out", "--progress=json", "--json",
        "--epochs", "2", "--seed", "5")
      #expect(outcome.status == 0)
      let result = try #require(try json(outcome.output) as? [String: Any])
      #expect(result["epochs"] as? Int == 2)
      #expect(result["status"] as? String == "finished")
      let events = try outcome.error.split(separator: "\n").map {
        try #require(try json(String($0)) as? [String: Any])
      }
      #expect(events.map { $0["event"] as? String } == ["run_start", "epoch", "epoch", "run_end"])
      let shown = espalier("config", "show", folder + "/out/config.yaml").output
      #expect(shown.contains("seed: 5"))
    }
  }

  @Test func whatCleanersLeaveOutIsTold() throws {
    try inRunFolder { folder in
      try write(signsTable + "0.5,0.5,above\n0.5,0.5,below\n,1,below\n", to: folder + "/table.csv")
      let clean = "  clean: [duplicates, {missing_values: {strategy: drop}}, label_check]\n"
      try write(
        Self.config.replacingOccurrences(of: "model:\n", with: clean + "model:\n"),
        to: folder + "/run.yaml")
      let text = espalier("train", folder + "/run.yaml", "--progress=none").output
      #expect(
        text.contains(
          "\nleft out    duplicates: 1 sample; 2 samples have the features of another and another "
            + "target\n            missing_values: 1 sample\n"), "\(text)")
      #expect(!text.contains("label_check"))
      let outcome = espalier("train", folder + "/run.yaml", "--progress=none", "--json").output
      let left = (try json(outcome) as? [String: Any])?["left_out"] as? [String: Int]
      #expect(left == ["duplicates": 1, "missing_values": 1, "label_check": 0])
    }
  }

  @Test func foldersAreKept() throws {
    try inRunFolder { folder in
      let words = [folder + "/run.yaml", "--output", folder + "/out", "--progress", "none"]
      #expect(espalier("train", words[0], words[1], words[2], words[3], words[4]).status == 0)
      let again = espalier("train", words[0], words[1], words[2], words[3], words[4])
      #expect(again.status != 0)
      #expect(again.error.contains("--force"))
      #expect(
        espalier("train", words[0], words[1], words[2], words[3], words[4], "--force").status == 0)
    }
  }

  @Test func resumeGoesOn() throws {
    try inRunFolder { folder in
      let run = folder + "/out"
      _ = espalier("train", folder + "/run.yaml", "--output", run, "--progress", "none")
      let resumed = espalier("resume", run, "--epochs", "4", "--progress=json", "--json")
      #expect(resumed.status == 0, "\(resumed.error)")
      let result = try json(resumed.output) as? [String: Any]
      #expect(result?["epochs"] as? Int == 4)
      #expect(espalier("train", "--resume", run, "--epochs=5", "--progress=none").status == 0)
    }
  }

  @Test func plan() throws {
    try inRunFolder { folder in
      let text = espalier("plan", folder + "/run.yaml")
      #expect(text.status == 0)
      #expect(text.output.contains("parameters    42\n"))
      let value =
        try json(espalier("plan", folder + "/run.yaml", "--json").output) as? [String: Any]
      #expect(value?["parameters"] as? Int == 42)
      #expect((value?["layers"] as? [Any])?.count == 2)
    }
  }

  @Test func whatCannotBeDone() throws {
    try inRunFolder { folder in
      #expect(espalier("evaluate", folder).status == 1)
      #expect(
        espalier("evaluate", folder).error.hasPrefix("error: \(folder) is no folder of a run"))
      #expect(espalier("train", "--resume", folder).status == 1)
      try write(
        Self.config.replacingOccurrences(of: "table.csv", with: "no.csv"), to: folder + "/no.yaml")
      let outcome = espalier("train", folder + "/no.yaml", "--output", folder + "/out")
      #expect(outcome.status == 2)
      #expect(outcome.error.contains("no.yaml:2"))
    }
  }
}
