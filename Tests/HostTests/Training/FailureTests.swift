import EspalierHost
import EspalierProtocols
import Foundation
import Testing

/// Runs that go wrong, and runs that go on.
@Suite(.serialized) struct FailureTests {
  /// Any error of a callback, not only one of the plugins' own type.
  private struct Odd: Error, CustomStringConvertible { let description = "out of ink" }

  private static let setup: [Event] = [.pluginsBuilt, .dataOpened, .dataSplit, .transformsFitted]

  /// Before there is a model there is nothing to save.
  @Test(arguments: setup) func aCallbackThatThrowsEarlyEndsTheRun(event: Event) throws {
    try withFolder { folder in
      let path = folder + "/run"
      let thrower = Hook(event, named: "mine") { _ in throw PluginError("out of ink") }
      #expect(
        complaint { try trainLine(in: path, hooks: [thrower]) }
          == "mine failed at \(event.rawValue): out of ink")
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test(
    arguments: Event.allCases.filter {
      ![.failure, .interrupted, .logged].contains($0) && !setup.contains($0)
    },
    [true, false])
  func aCallbackThatThrowsEndsTheRun(event: Event, ofPluginsKind: Bool) throws {
    try withFolder { folder in
      let path = folder + "/run"
      let told = Notes<Event>()
      let ends = [Event.failure, .runEnd].map { end in
        Hook(end, named: "end") { _ in
          told.all.append(end)
          return .proceed
        }
      }
      let thrower = Hook(event) { _ in
        if ofPluginsKind { throw PluginError("out of ink") }
        throw Odd()
      }
      do {
        try trainLine(in: path, callbacks: [Memo()], hooks: [thrower] + ends)
        Issue.record("the run did not fail")
      } catch let error as RunFailure {
        #expect(error.message == "hook failed at \(event.rawValue): out of ink")
        #expect(error.folder == path)
        #expect(error.checkpoint == "failure")
      }
      #expect(told.all == (event == .runEnd ? [.failure] : [.failure, .runEnd]))
      #expect(FileManager.default.fileExists(atPath: path + "/checkpoints/failure.safetensors"))
      let summary = try String(contentsOfFile: path + "/summary.json", encoding: .utf8)
      #expect(summary.contains("\"status\" : \"failed\""))
      #expect(summary.contains("hook failed at \(event.rawValue): out of ink"))
    }
  }

  @Test func aCallbackThatThrowsAtTheFailureHidesNothing() throws {
    let message = complaint {
      try trainLine(hooks: [
        Hook(.batchEnd) { _ in throw PluginError("first") },
        Hook(.failure) { _ in throw PluginError("second") },
      ])
    }
    #expect(message == "hook failed at batchEnd: first")
  }

  // MARK: Checkpoints

  /// A run that is cut and goes on gives the same weights, and callbacks remember what they did.
  @Test func aResumedRunIsTheSameRun() throws {
    try withFolder { folder in
      let (whole, cut) = (folder + "/whole", folder + "/cut")
      try trainLine(in: whole, callbacks: [Memo()])
      let stop = Hook(.epochStart) { run in
        if run.epoch == 2 { throw PluginError("cut") }
        return .proceed
      }
      _ = complaint { try trainLine(in: cut, callbacks: [Memo()], hooks: [stop]) }
      let memories = Notes<[Float]>()
      var options = TrainingOptions()
      options.hooks = [
        Hook(.runEnd) { run in
          memories.all.append([Float(run.step), Float(run.samples)])
          return .proceed
        }
      ]
      let result = try Training.resume(
        cut, catalog: trainingCatalog, defaults: trainingDefaults, options: options)
      #expect(result.summary.steps == 12)
      #expect(memories.all == [[12, 48]])
      for name in ["weights.safetensors"] {
        let a = try Data(contentsOf: URL(fileURLWithPath: whole + "/" + name))
        let b = try Data(contentsOf: URL(fileURLWithPath: cut + "/" + name))
        #expect(a == b)
      }
    }
  }

  @Test func damagedCheckpointsAreFound() throws {
    try withFolder { folder in
      let path = folder + "/run"
      try trainLine(in: path, epochs: 1, callbacks: [Memo()])
      let file = URL(fileURLWithPath: path + "/checkpoints/last.safetensors")
      let whole = try Data(contentsOf: file)
      func resume() -> String {
        complaint {
          _ = try Training.resume(path, catalog: trainingCatalog, defaults: trainingDefaults)
        }
      }
      var flipped = whole
      flipped[flipped.count - 1] ^= 1
      try flipped.write(to: file)
      #expect(resume() == "\(file.path) is damaged: its checksum does not fit its content")
      for length in [0, 7, 100, whole.count - 1] {
        try whole.prefix(length).write(to: file)
        #expect(resume() != "")
      }
      try Data(contentsOf: URL(fileURLWithPath: path + "/weights.safetensors")).write(to: file)
      #expect(resume() == "\(file.path) is no checkpoint of Espalier")
      try FileManager.default.removeItem(at: file)
      #expect(resume().contains("has no checkpoint to resume from"))
      #expect(
        complaint {
          _ = try Training.resume(
            folder, catalog: trainingCatalog, defaults: trainingDefaults)
        }.contains("is no folder of a run"))
    }
  }
}
