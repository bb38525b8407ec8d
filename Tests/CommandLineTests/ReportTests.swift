import Espalier
import Foundation
import Testing

@Suite(.serialized) struct ReportTests {
  private static let config = """
    data:
      source: {csv: {path: table.csv, target: label}}
      split: {validation: 0.2, test: 0.2}
    model: [{dense: {units: 2}}]
    loss: cross_entropy
    optimizer: {adam: {learning_rate: 0.05}}
    training: {epochs: 2, batch_size: 16}

    """

  /// A folder with two runs, `one` and `two`.
  private func inRuns(_ body: (String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      var table = "x,y,label\n"
      for row in 0..<60 {
        table += "\(row % 10),\(row / 10),\(row % 10 > 4 ? "high" : "low")\n"
      }
      try write(table, to: folder + "/table.csv")
      try write(Self.config, to: folder + "/run.yaml")
      for (name, rate) in [("one", "0.05"), ("two", "0.5")] {
        let trained = espalier(
          "train", folder + "/run.yaml", "--output", folder + "/" + name, "--progress", "none",
          "--set", "optimizer.adam.learning_rate=" + rate)
        #expect(trained.status == 0, "\(trained.error)")
      }
      try body(folder)
    }
  }

  private func page(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func ofARun() throws {
    try inRuns { folder in
      // The run itself leaves the page that the command writes.
      let path = folder + "/one/report.html"
      let first = try page(path)
      #expect(first.contains("On the test split") && first.contains("12 samples"))
      let outcome = espalier("report", folder + "/one/")
      #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
      #expect(outcome.output == "report  \(path)\n")
      // But for the config, whose paths are written in full in the folder.
      func body(_ page: String) -> String {
        page.components(separatedBy: "<section id=\"config\">")[0]
      }
      #expect(try body(page(path)) == body(first))
      #expect(body(first).contains("<section id=\"data\">"))

      let printed = espalier("report", folder + "/one", "--output", "-", "--samples", "5")
      #expect(printed.output.hasPrefix("<!DOCTYPE html>"))
      #expect(printed.output.contains("5 of 12 samples, evenly spread"))
    }
  }

  @Test func ofSeveralRuns() throws {
    try inRuns { folder in
      let output = folder + "/both.html"
      let outcome = espalier("report", folder + "/one", folder + "/two", "--output", output)
      #expect(outcome.status == 0 && outcome.output == "report  \(output)\n")
      let text = try page(output)
      #expect(text.contains("Comparison of 2 runs"))
      #expect(text.contains("optimizer.adam.learning_rate"))
      #expect(espalier("report", folder + "/one", folder).status == 1)
    }
  }

  @Test func ofASearch() throws {
    try inRuns { folder in
      try write(
        "index,state,score,epochs,seconds,rate\n0,done,0.5,2,1,0.1\n1,done,0.7,2,1,0.2\n",
        to: folder + "/trials.csv")
      let lower = espalier("report", folder, "--output", "-").output
      #expect(lower.contains("best score, of trial 0"))
      let higher = espalier("report", folder, "--better", "higher")
      #expect(higher.output == "report  \(folder)/report.html\n")
      #expect(try page(folder + "/report.html").contains("best score, of trial 1"))
    }
  }

  @Test func whatCannotBeRead() throws {
    try inRuns { folder in
      let none = espalier("report", folder + "/nothing")
      #expect(none.status == 1)
      #expect(none.error.hasPrefix("error: \(folder)/nothing is no folder of a run"))

      // Data that are gone take the predictions with them, not the page.
      try FileManager.default.removeItem(atPath: folder + "/table.csv")
      let gone = espalier("report", folder + "/one")
      #expect(gone.status == 0)
      #expect(gone.error.contains("table.csv"))
      let text = try page(folder + "/one/report.html")
      #expect(text.contains("What needs predictions is left out"))
      #expect(text.contains("<figcaption>loss"))

      try FileManager.default.removeItem(atPath: folder + "/two/weights.safetensors")
      try FileManager.default.removeItem(atPath: folder + "/two/summary.json")
      #expect(espalier("report", folder + "/two").status == 0)
      #expect(
        try page(folder + "/two/report.html").contains(
          "The run has not ended: there are no weights to predict with."))
    }
  }

  @Test func aReportThatCannotBeWrittenIsTold() throws {
    try inRuns { folder in
      let run = folder + "/three"
      // A folder stands where the page should lie.
      try FileManager.default.createDirectory(
        atPath: run + "/report.html/x", withIntermediateDirectories: true)
      let outcome = espalier(
        "train", folder + "/run.yaml", "--output", run, "--progress", "none")
      #expect(outcome.status == 0)
      #expect(outcome.error.hasPrefix("warning: the run's report could not be written: "))
    }
  }
}
