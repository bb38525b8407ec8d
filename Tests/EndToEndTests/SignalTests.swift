import Espalier
import EspalierFormats
import Foundation
import Testing

extension EndToEnd {
  /// A real process and the signals it may get.
  @Suite(.enabled(if: program != nil, "the program `espalier` is not beside the tests"))
  struct SignalTests {
    /// Six steps an epoch, each of some microseconds; `ENDLESS` epochs outlast every test.
    static let config = """
      data:
        source: {csv: {path: \(oracles)/data/wine/train.csv, target: target}}
        validation_source: {csv: {path: \(oracles)/data/wine/val.csv, target: target}}
        normalize: [standardize]
      model:
        - dense: {units: 12, activation: tanh}
        - dropout: {rate: 0.2}
        - dense: {units: 3}
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.001}}
      callbacks: [{checkpoint: {seconds: 3600}}]
      training: {epochs: 10000000, batch_size: 20, threads: 1}
      """

    /// A run of the program, and how it ended.
    private final class Run {
      let folder: String
      private let process = Process()
      private let output: String

      init(_ arguments: [String], folder: String, output: String) throws {
        self.folder = folder
        self.output = output
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        process.executableURL = URL(fileURLWithPath: program!)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: output)
        // A child inherits what its parent's thread blocks, and threads of a pool block all signals.
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
      }

      deinit { if process.isRunning { send(SIGKILL) } }

      func send(_ signal: Int32) { kill(process.processIdentifier, signal) }
      var isRunning: Bool { process.isRunning }
      var messages: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

      /// Waits until something holds; false when it does not within ten seconds.
      func waits(until holds: () -> Bool) -> Bool {
        for _ in 0..<2000 {
          if holds() { return true }
          usleep(5000)
        }
        return holds()
      }

      func waitsForEpoch(_ count: Int) -> Bool {
        waits { ((try? lines(folder + "/metrics.jsonl").count) ?? 0) >= count || !isRunning }
      }

      /// The exit status; the signal's number below zero for a process that a signal ended.
      func end() -> Int32 {
        guard waits(until: { !process.isRunning }) else {
          Issue.record("the run does not end: \(messages)")
          send(SIGKILL)
          process.waitUntilExit()
          return .min
        }
        return process.terminationReason == .exit
          ? process.terminationStatus : -process.terminationStatus
      }
    }

    private func start(_ folder: String, sets: [String] = []) throws -> Run {
      let config = try write(Self.config, folder)
      let run = try Run(
        ["train", config, "--output", folder + "/run"] + sets.flatMap { ["--set", $0] },
        folder: folder + "/run", output: folder + "/messages")
      #expect(run.waitsForEpoch(3) && run.isRunning, "\(run.messages)")
      return run
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Every epoch once, in order.
    private func checkLogs(_ folder: String) throws -> Int {
      let epochs = try #require(try history(folder)["epoch"]).compactMap { Int($0) }
      #expect(epochs == (0..<epochs.count).map { $0 + 1 })
      #expect(try lines(folder + "/metrics.jsonl").count == epochs.count)
      return epochs.count
    }

    @Test(arguments: [(SIGINT, 130, "SIGINT"), (SIGTERM, 143, "SIGTERM")])
    func stops(_ signal: Int32, _ status: Int32, _ name: String) throws {
      try withFolder { folder in
        let run = try start(folder)
        run.send(signal)
        #expect(run.end() == status)
        #expect(run.messages.contains("interrupted by \(name)"))
        #expect(run.messages.contains("resume \(run.folder)"))
        let summary = try String(contentsOfFile: run.folder + "/summary.json", encoding: .utf8)
        #expect(summary.contains("\"interrupted\""))
        let done = try checkLogs(run.folder)
        // What was saved goes on, to the bits of a run that nothing interrupted.
        let epochs = "training.epochs=\(done + 2)"
        try resume(run.folder, sets: [epochs])
        #expect(try checkLogs(run.folder) == done + 2)
        try train(folder + "/config.yaml", sets: [epochs], into: folder + "/whole")
        #expect(
          try bits(run.folder + "/weights.safetensors")
            == bits(folder + "/whole/weights.safetensors"))
      }
    }

    @Test func savesAndGoesOn() throws {
      try withFolder { folder in
        let run = try start(
          folder, sets: ["callbacks=[{checkpoint: {seconds: 3600, best: false}}]"])
        let last = run.folder + "/checkpoints/last.safetensors"
        #expect(!exists(last))
        run.send(SIGUSR1)
        #expect(run.waits { exists(last) })
        let before = try lines(run.folder + "/metrics.jsonl").count
        #expect(run.waitsForEpoch(before + 5) && run.isRunning)
        // It was saved once, not again and again.
        let saved = try bits(last)
        #expect(run.waitsForEpoch(before + 10))
        #expect(try bits(last) == saved)
        run.send(SIGKILL)
        #expect(run.end() == -SIGKILL)
        let state = try #require(try SafeTensors.read(last).metadata["state"])
        #expect(state.contains("\"stepInEpoch\""))
        let done = before + 12
        try resume(run.folder, sets: ["training.epochs=\(done)"])
        #expect(try checkLogs(run.folder) == done)
      }
    }

    /// Two signals that wait for a stopped process reach it together, before it can end the step; the
    /// second one ends it at once, so that nothing more is saved. Two alike would be delivered as one.
    @Test func theSecondSignalEndsAtOnce() throws {
      try withFolder { folder in
        let run = try start(folder)
        run.send(SIGSTOP)
        usleep(50_000)
        run.send(SIGINT)
        run.send(SIGTERM)
        run.send(SIGCONT)
        let status = run.end()
        #expect(status == 130 || status == 143)
        #expect(!exists(run.folder + "/summary.json"))
        #expect(!exists(run.folder + "/checkpoints/last.safetensors"))
        #expect(!run.messages.contains("interrupted"))
      }
    }

    @Test func goesOnAfterAKill() throws {
      try withFolder { folder in
        // `last` is written every millisecond, so that the kill may well fall into a writing.
        let run = try start(folder, sets: ["callbacks=[{checkpoint: {seconds: 0.001}}]"])
        let last = run.folder + "/checkpoints/last.safetensors"
        #expect(run.waits { exists(last) } && run.waitsForEpoch(20))
        run.send(SIGKILL)
        #expect(run.end() == -SIGKILL)
        #expect(!exists(run.folder + "/summary.json"))
        let done = try lines(run.folder + "/metrics.jsonl").count + 3
        let again = try Run(
          ["resume", run.folder, "--epochs", "\(done)"], folder: run.folder,
          output: folder + "/messages-2")
        #expect(again.end() == 0, "\(again.messages)")
        #expect(try checkLogs(run.folder) == done)
        try train(
          folder + "/config.yaml", sets: ["training.epochs=\(done)"], into: folder + "/whole")
        #expect(
          try bits(run.folder + "/weights.safetensors")
            == bits(folder + "/whole/weights.safetensors"))
      }
    }
  }
}
