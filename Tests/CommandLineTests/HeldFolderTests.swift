import EspalierHost
import Foundation
import Testing

/// A folder of runs that belong together has one process that writes to it.
@Suite struct HeldFolderTests {
  @Test func oneAtATime() throws {
    try inTemporaryFolder { folder in
      try HeldFolder.holding(folder + "/a/b") {
        do {
          try HeldFolder.holding(folder + "/a/b") { _ = Issue.record("both were let in") }
        } catch let failure as RunFailure {
          #expect(
            failure.message.contains("\(folder)/a/b is in use")
              && failure.message.contains("process \(getpid())"), "\(failure.message)")
        }
        try HeldFolder.holding(folder + "/other") {}
      }
      // Free again; who held it last is of no account.
      try HeldFolder.holding(folder + "/a/b") {}
    }
  }

  @Test func commands() throws {
    try Patients.inFolder { folder in
      let out = folder + "/out"
      let commands = [
        ["crossvalidate", folder + "/run.yaml", "--folds", "2"],
        ["ensemble", "--config", folder + "/run.yaml", "--seeds", "2"],
        ["ensemble", "--config", folder + "/run.yaml", "--adaboost", "2"],
      ]
      for words in commands {
        try HeldFolder.holding(out) {
          let outcome = espalier(all: words + ["--output", out])
          #expect(outcome.status == 1)
          #expect(outcome.error.contains("\(out) is in use"), "\(outcome.error)")
        }
        #expect(!FileManager.default.fileExists(atPath: out + "/member-1"))
        #expect(!FileManager.default.fileExists(atPath: out + "/fold-1"))
      }
    }
  }

  /// While a run is trained, others may look at it and not write to it.
  @Test func aRun() throws {
    try Patients.inFolder { folder in
      let run = folder + "/one"
      let train = ["train", folder + "/run.yaml", "--output", run]
      #expect(espalier(all: train).status == 0)
      try HeldFolder.holding(run) {
        for words in [["resume", run], ["train", "--resume", run], train + ["--force"]] {
          let outcome = espalier(all: words)
          #expect(outcome.status == 1)
          #expect(
            outcome.error.contains("\(run) is in use: process \(getpid()) trains the run in it"),
            "\(outcome.error)")
        }
        for words in [
          ["report", run], ["evaluate", run], ["predict", run, "--input", folder + "/table.csv"],
          ["compare", run, run],
        ] {
          let outcome = espalier(all: words)
          #expect(outcome.status == 0, "\(words): \(outcome.error)")
        }
      }
      #expect(espalier("resume", run, "--epochs", "5").status == 0)
      #expect(!FileManager.default.fileExists(atPath: run + "/process.lock"))
    }
  }
}
