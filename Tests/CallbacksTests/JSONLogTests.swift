import EspalierCallbacks
import EspalierProtocols
import Foundation
import Testing

@Suite struct JSONLogTests {
  private func lines(_ folder: String) throws -> [[String: Any]] {
    try contents(folder + "/metrics.jsonl").split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func writesALineAnEpoch() throws {
    try withFolder { folder in
      var callback = JSONLog()
      let run = FakeRun()
      run.folder = folder
      try run.send(.runStart, to: &callback)
      _ = try run.runEpoch(&callback, ["train_loss": 0.5, "validation_loss": 1e-7])
      // At once, not when the run ends.
      #expect(try lines(folder).count == 1)
      _ = try run.runEpoch(
        &callback, ["train_loss": .nan, "validation_loss": .infinity, "a\"b": 2])
      let found = try lines(folder)
      #expect(found.map { $0["event"] as? String } == ["epoch", "epoch"])
      #expect(found.map { $0["epoch"] as? Int } == [1, 2])
      #expect(found.map { $0["step"] as? Int } == [4, 8])
      #expect(try #require(found[0]["time"] as? Double) > 1.6e9)
      let first = try #require(found[0]["metrics"] as? [String: Double])
      #expect(first == ["train_loss": 0.5, "validation_loss": 1e-7, "learning_rate": 0.1])
      #expect(found[0]["nonfinite"] == nil)
      #expect(found[1]["nonfinite"] as? [String] == ["train_loss", "validation_loss"])
      let second = try #require(found[1]["metrics"] as? [String: Any])
      #expect(second["train_loss"] is NSNull)
      #expect(second["a\"b"] as? Double == 2)
    }
  }

  @Test func writesStepsIfAsked() throws {
    try withFolder { folder in
      var callback = JSONLog(everySteps: 2)
      let run = FakeRun()
      run.folder = folder
      try run.send(.runStart, to: &callback)
      _ = try run.runEpoch(&callback, ["train_loss": 0.5])
      let found = try lines(folder)
      #expect(found.map { $0["event"] as? String } == ["step", "step", "epoch"])
      #expect(found.map { $0["step"] as? Int } == [2, 4, 4])
    }
  }

  @Test func aResumedRunDropsWhatComesLater() throws {
    try withFolder { folder in
      var callback = JSONLog()
      let run = FakeRun()
      run.folder = folder
      try run.send(.runStart, to: &callback)
      for _ in 0..<3 { _ = try run.runEpoch(&callback, ["train_loss": 0.5]) }
      // The process was killed while it wrote.
      let path = folder + "/metrics.jsonl"
      try (contents(path) + "{\"event\":\"epo").write(
        toFile: path, atomically: true, encoding: .utf8)

      var second = JSONLog()
      let resumed = FakeRun()
      resumed.folder = folder
      resumed.epoch = 3
      resumed.step = 8
      try resumed.send(.runStart, to: &second)
      _ = try resumed.runEpoch(&second, ["train_loss": 0.25])
      let found = try lines(folder)
      #expect(found.map { $0["step"] as? Int } == [4, 8, 12])
      #expect((found[2]["metrics"] as? [String: Double])?["train_loss"] == 0.25)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["metrics.jsonl"])
    }
  }

  @Test func aFreshRunBeginsAFreshLog() throws {
    try withFolder { folder in
      for _ in 0..<2 {
        var callback = JSONLog()
        let run = FakeRun()
        run.folder = folder
        try run.send(.runStart, to: &callback)
        _ = try run.runEpoch(&callback, ["train_loss": 0.5])
      }
      #expect(try lines(folder).count == 1)
    }
  }

  @Test func aRunWithoutAFolderHasNoLog() throws {
    var callback = JSONLog()
    let run = FakeRun()
    try run.send(.runStart, to: &callback)
    #expect(try run.runEpoch(&callback, ["train_loss": 0.5]) == .proceed)
  }

  @Test func staysInItsFolder() {
    #expect(throws: PluginError.self) { try JSONLog(everySteps: nil, file: "../x").validate() }
  }

  @Test func aFolderThatIsGoneIsAnError() throws {
    var callback = JSONLog()
    let run = FakeRun()
    run.folder = "/nonexistent/folder"
    #expect(throws: PluginError.self) { try run.send(.runStart, to: &callback) }
  }
}
