import Foundation
import Testing

/// What users get wrong about files and folders: each is told with its name, and what would be right.
@Suite struct WrongInputTests {
  @Test func whereThingsAreWritten() throws {
    try Patients.inFolder { folder in
      let run = folder + "/run"
      #expect(
        espalier("train", folder + "/run.yaml", "--output", run, "--progress", "none").status == 0)
      try write("x", to: folder + "/file")
      #expect(espalier("ensemble", run, run, "--output", folder + "/both").status == 0)
      for (words, part) in [
        (["export", run, "--output", folder], "is a folder, the name of a file is needed"),
        (["export", run, "--output", folder + "/no/m.onnx"], "No such file or directory"),
        (["export", folder + "/both", "--output", folder + "/m.onnx"], "export its members"),
        (["evaluate", folder + "/no"], "no folder of a run: there is no such folder"),
        (["report", folder + "/file"], "no folder of a run: it is a file"),
        (["compare", run, folder + "/both"], "it is that of an ensemble"),
        (["predict", run, "--input", folder + "/run.yaml"], "their names end in `."),
        (
          ["crossvalidate", folder + "/run.yaml", "--output", folder + "/file/cv"],
          "file/cv cannot be made: "
        ),
        (
          [
            "ensemble", "--config", folder + "/run.yaml", "--seeds", "2", "--output",
            folder + "/file",
          ],
          "file cannot be made: there is a file of that name"
        ),
      ] {
        let outcome = espalier(all: words)
        #expect(outcome.status == 1 && outcome.error.contains(part), "\(words): \(outcome.error)")
        // One line, without what only programmers know.
        #expect(
          outcome.error.hasPrefix("error: ") && !outcome.error.contains("could not be completed"),
          "\(outcome.error)")
      }
      try write("{", to: run + "/summary.json")
      let damaged = espalier("report", run)
      #expect(damaged.status == 1 && damaged.error.contains("summary.json is no summary of a run"))
      #expect(!damaged.error.contains("could not be completed"), "\(damaged.error)")
    }
  }

  @Test func tablesThatAreNone() throws {
    try Patients.inFolder { folder in
      func train(_ more: String...) -> Outcome {
        espalier(
          all: ["train", folder + "/run.yaml", "--output", folder + "/x", "--progress", "none"]
            + more.flatMap { ["--set", $0] })
      }
      for (bytes, part) in [
        ([0x50, 0x4B, 3, 4, 20, 0, 0, 0], "is a zip archive: unpack it"),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0], "is no table of text"),
      ] as [([UInt8], String)] {
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/odd.csv"))
        let outcome = train("data.source.csv.path=odd.csv")
        #expect(outcome.status == 2 && outcome.error.contains(part), "\(outcome.error)")
      }
      let memory = train("data.memory=lots")
      #expect(
        memory.status == 2 && memory.error.contains("such as 1 GB, 512 MiB"), "\(memory.error)")
      let start = train("start_from=nothing")
      #expect(
        start.status == 2 && start.error.contains("there is no file or folder"), "\(start.error)")
    }
  }
}
