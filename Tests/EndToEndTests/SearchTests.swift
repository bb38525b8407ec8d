import Espalier
import EspalierFormats
import Foundation
import Testing

extension EndToEnd {
  /// Searches whose trials are processes.
  @Suite(.enabled(if: program != nil, "the program `espalier` is not beside the tests"))
  struct SearchTests {
    static let config = """
      data:
        source: {csv: {path: \(oracles)/data/wine/train.csv, target: target}}
        split: {validation: 0.25}
        normalize: [standardize]
      model:
        - dense: {units: 12, activation: tanh}
        - dropout: {rate: 0.2}
        - dense: {units: 3}
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.01}}
      schedule: cosine
      metrics: [accuracy]
      callbacks: [{checkpoint: {seconds: 0.05, best: false}}]
      training: {epochs: 6, batch_size: 20}

      """

    static func sweep(_ strategy: String, epochs: Int = 6, more: String = "") -> String {
      """
      config: config.yaml
      set: {training.epochs: \(epochs)}
      parameters:
        optimizer.adam.learning_rate: {log_uniform: [1e-4, 1e-1]}
        model[0].dense.units: [4, 8, 16]
      strategy: \(strategy)
      objective: {metric: validation_loss}
      \(more)

      """
    }

    /// The program under way, in a folder.
    private final class Running {
      let process = Process()
      private let messages: String

      init(_ arguments: [String], in folder: String) throws {
        messages = folder + "/messages-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: messages, contents: nil)
        process.executableURL = URL(fileURLWithPath: program!)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: messages)
        process.standardError = process.standardOutput
        // A child inherits what its parent's thread blocks, and threads of a pool block all signals.
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
      }

      var text: String { (try? String(contentsOfFile: messages, encoding: .utf8)) ?? "" }

      /// The exit status; a signal's number below zero.
      func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit
          ? process.terminationStatus : -process.terminationStatus
      }
    }

    /// Runs the program to its end.
    private func search(_ folder: String, _ words: String...) throws -> (
      status: Int32, text: String
    ) {
      let running = try Running(["search", "sweep.yaml", "--output", "out"] + words, in: folder)
      return (running.end(), running.text)
    }

    private func inFolder(_ sweep: String, _ body: (String) throws -> Void) throws {
      try withFolder { folder in
        _ = try write(Self.config, folder)
        _ = try write(sweep, folder, "sweep.yaml")
        try body(folder)
      }
    }

    /// The rows of a search's table without the seconds, which nobody can repeat.
    private func table(_ folder: String) throws -> [[String]] {
      try lines(folder + "/trials.csv").map { line in
        var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        fields.remove(at: 4)
        return fields
      }
    }

    private func record(_ folder: String, _ index: Int) throws -> [String: Any] {
      let path = folder + "/out/trial-000\(index)/trial.json"
      let object = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: path)))
      return try #require(object as? [String: Any])
    }

    @Test func runsAllAndTellsTheBest() throws {
      try inFolder(Self.sweep("{random: {trials: 5}}")) { folder in
        let (status, text) = try search(folder, "--parallel", "2")
        #expect(status == 0, "\(text)")
        let rows = try table(folder + "/out")
        #expect(
          rows[0] == [
            "index", "state", "score", "epochs", "optimizer.adam.learning_rate",
            "model[0].dense.units",
          ])
        #expect(rows.dropFirst().map { $0[0] } == ["0", "1", "2", "3", "4"])
        #expect(rows.dropFirst().allSatisfy { $0[1] == "done" && $0[3] == "6" })
        // Each is the run that `train` makes of its config, to the bit.
        let scores = try rows.dropFirst().map { try #require(Double($0[2])) }
        for index in 0..<5 {
          let trial = folder + "/out/trial-000\(index)"
          try train(trial + "/config.yaml", sets: [], into: folder + "/plain-\(index)")
          #expect(
            try bits(trial + "/weights.safetensors")
              == bits(folder + "/plain-\(index)/weights.safetensors"))
          let losses = try #require(try history(trial)["validation_loss"]).compactMap { Double($0) }
          #expect(losses.min() == scores[index])
        }
        let best = try #require(scores.indices.min { scores[$0] < scores[$1] })
        #expect(text.contains("trial \(best): optimizer.adam.learning_rate = "))
        #expect(text.contains("importance"))
        // The best config runs as it is, from where it lies.
        let again = try Running(["train", "best.yaml", "--output", "best"], in: folder + "/out")
        #expect(again.end() == 0, "\(again.text)")
        #expect(
          try bits(folder + "/out/best/weights.safetensors")
            == bits(folder + "/out/trial-000\(best)/weights.safetensors"))
        // The same command runs nothing again; more trials are more trials.
        #expect(try search(folder).status == 0)
        #expect(try search(folder, "--trials", "7").status == 0)
        #expect(try table(folder + "/out").count == 8)
        for index in 0..<7 { #expect(try record(folder, index)["starts"] as? Int == 1) }
        // They stay asked for.
        #expect(try search(folder).text.contains("trial"))
        #expect(try table(folder + "/out").count == 8)
      }
    }

    /// Whatever runs first and however many at a time, the trials are the same.
    @Test(arguments: [
      "{tpe: {trials: 8, startup: 4, batch: 2}}", "{coarse_to_fine: {trials: 3, rounds: 2}}",
      "{successive_halving: {trials: 6, factor: 2}}",
    ])
    func inAnyOrder(_ strategy: String) throws {
      var tables: [[[String]]] = []
      for parallel in ["1", "4"] {
        try inFolder(Self.sweep(strategy)) { folder in
          let (status, text) = try search(folder, "--parallel", parallel)
          #expect(status == 0, "\(text)")
          tables.append(try table(folder + "/out"))
        }
      }
      #expect(tables[0] == tables[1])
    }

    /// A trial that was paused at each rung and went on is the run that was never paused.
    @Test func halvingPausesAndGoesOn() throws {
      try inFolder(Self.sweep("{successive_halving: {trials: 8, factor: 2}}", epochs: 8)) {
        folder in
        let (status, text) = try search(folder)
        #expect(status == 0, "\(text)")
        let rows = try table(folder + "/out").dropFirst()
        #expect(rows.map { $0[3] }.sorted() == ["1", "1", "1", "1", "2", "2", "4", "8"])
        #expect(rows.count { $0[1] == "paused" } == 7)
        let last = try #require(rows.first { $0[1] == "done" })
        let index = try #require(Int(last[0]))
        let trial = folder + "/out/trial-000\(index)"
        let found = try record(folder, index)
        #expect(found["starts"] as? Int == 1 && found["resumes"] as? Int == 3)
        try train(trial + "/config.yaml", sets: [], into: folder + "/plain")
        #expect(
          try bits(trial + "/weights.safetensors") == bits(folder + "/plain/weights.safetensors"))
        // The schedule was that of all eight epochs from the beginning.
        #expect(try history(trial)["learning_rate"] == history(folder + "/plain")["learning_rate"])
      }
    }

    /// The search is killed, with its trials or without; the same command then comes to the same end.
    @Test(arguments: [false, true]) func goesOnAfterAKill(_ killsTrials: Bool) throws {
      let sweep = Self.sweep("{tpe: {trials: 8, startup: 6, batch: 2}}", epochs: 400)
      var whole: [[String]] = []
      try inFolder(sweep) { folder in
        #expect(try search(folder, "--parallel", "2").status == 0)
        whole = try table(folder + "/out")
      }
      try inFolder(sweep) { folder in
        let running = try Running(
          ["search", "sweep.yaml", "--output", "out", "--parallel", "2"], in: folder)
        // In the middle: some trials are done, two are under way with a checkpoint each.
        func states() -> [String] {
          (0..<8).compactMap { try? record(folder, $0)["state"] as? String }
        }
        #expect(waits { states().contains("done") && states().contains("running") })
        kill(running.process.processIdentifier, SIGKILL)
        _ = running.end()
        if killsTrials {
          for child in children(of: folder) { kill(child, SIGKILL) }
        }
        let (status, text) = try search(folder, "--parallel", "2")
        #expect(status == 0, "\(text)")
        #expect(try table(folder + "/out") == whole)
        for index in 0..<8 {
          #expect(try record(folder, index)["starts"] as? Int ?? 9 <= (killsTrials ? 2 : 1))
          let epochs = try #require(try history(folder + "/out/trial-000\(index)")["epoch"])
          #expect(epochs.compactMap { Int($0) } == Array(1...400))
        }
      }
    }

    /// Waits until something holds; false when it does not within thirty seconds.
    private func waits(until holds: () -> Bool) -> Bool {
      for _ in 0..<3000 {
        if holds() { return true }
        usleep(10_000)
      }
      return holds()
    }

    /// Processes that run in a folder.
    private func children(of folder: String) -> [pid_t] {
      let resolved = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
      let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return all.compactMap { pid_t($0) }.filter { process in
        let place = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/\(process)/cwd")
        return place == resolved && process != getpid()
      }
    }

    @Test func ctrlCSavesAndGoesOn() throws {
      try inFolder(Self.sweep("{random: {trials: 3}}", epochs: 1_000_000)) { folder in
        let running = try Running(
          ["search", "sweep.yaml", "--output", "out", "--parallel", "2"], in: folder)
        func epochs(_ index: Int) -> Int {
          (try? history(folder + "/out/trial-000\(index)")["epoch"]?.count) ?? 0
        }
        #expect(waits { epochs(0) >= 5 && epochs(1) >= 5 })
        running.process.interrupt()
        #expect(running.end() == 130, "\(running.text)")
        #expect(running.text.contains("go on with the same command"))
        #expect(children(of: folder).isEmpty)
        for index in 0..<2 {
          #expect(try record(folder, index)["state"] as? String == "interrupted")
          #expect(try lines(folder + "/out/trials.csv")[index + 1].contains("interrupted"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder + "/out/trial-0002/summary.json"))
      }
    }

    @Test func failedTrialsAreToldAndKept() throws {
      // A checkpoint's folder that is a file: one trial cannot be written.
      try inFolder(Self.sweep("{random: {trials: 3}}")) { folder in
        let broken = folder + "/out/trial-0001"
        try FileManager.default.createDirectory(
          atPath: broken, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: broken + "/checkpoints"))
        let (status, text) = try search(folder)
        #expect(status == 0)
        #expect(text.contains("trial 1 failed: the folder") && text.contains("--retry-failed"))
        #expect(try table(folder + "/out")[2][1] == "failed")
        try FileManager.default.removeItem(atPath: broken + "/checkpoints")
        #expect(try search(folder).text.contains("trial 1 failed"))
        let again = try search(folder, "--retry-failed")
        #expect(!again.text.contains("failed"), "\(again.text)")
        #expect(try table(folder + "/out").dropFirst().allSatisfy { $0[1] == "done" })
        #expect(try record(folder, 0)["starts"] as? Int == 1)
      }
    }

    @Test func anotherSweepInTheSameFolder() throws {
      try inFolder(Self.sweep("{random: {trials: 2}}")) { folder in
        #expect(try search(folder).status == 0)
        _ = try write(Self.sweep("{random: {trials: 2}}", epochs: 7), folder, "sweep.yaml")
        let other = try search(folder)
        #expect(other.status == 1)
        #expect(other.text.contains("set.training.epochs was 6, and is 7"), "\(other.text)")
        _ = try write(Self.sweep("{random: {trials: 2}}"), folder, "sweep.yaml")
        _ = try write(Self.config.replacing("units: 12", with: "units: 13"), folder)
        #expect(try search(folder).text.contains("config.model[0].dense.units was 12, and is 13"))
      }
    }

    /// Jobs of an array, each on its own, and then the search that collects them.
    @Test func oneTrialAtATime() throws {
      try inFolder(Self.sweep("{grid: {points: 2}}", more: "keep: best")) { folder in
        let jobs = try (0..<6).map { index in
          try Running(
            [
              "search", "sweep.yaml", "--output", "out", "--index", "\(index)", "--progress",
              "none",
            ],
            in: folder)
        }
        for job in jobs { #expect(job.end() == 0, "\(job.text)") }
        #expect(try search(folder).status == 0)
        for index in 0..<6 { #expect(try record(folder, index)["starts"] as? Int == 1) }
        // Weights of the best stay, those of the others do not.
        let kept = (0..<6).filter {
          FileManager.default.fileExists(atPath: folder + "/out/trial-000\($0)/weights.safetensors")
        }
        #expect(kept.count == 1)
        #expect(try lines(folder + "/out/best.yaml")[0].contains("trial \(kept[0]),"))
      }
    }

    /// With seeds among the parameters the best is that whose mean over seeds is best.
    @Test func overSeeds() throws {
      let sweep = """
        config: config.yaml
        parameters:
          optimizer.adam.learning_rate: [1e-4, 1e-2]
          training.seed: [1, 2, 3]
        strategy: grid

        """
      try inFolder(sweep) { folder in
        let (status, text) = try search(folder, "--json")
        #expect(status == 0)
        let page = try #require(
          try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let groups = try #require(page["over_seeds"] as? [[String: Any]])
        #expect(groups.map { $0["count"] as? Int } == [3, 3])
        let scores = try table(folder + "/out").dropFirst().compactMap { Double($0[2]) }
        let means = [scores[0..<3], scores[3..<6]].map { $0.reduce(0, +) / 3 }
        let mean = try #require(groups[0]["mean"] as? Double)
        #expect(abs(mean - (means.min() ?? 0)) < 1e-9)
        let better = means[0] < means[1] ? scores[0..<3] : scores[3..<6]
        let squares = better.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = try #require(groups[0]["deviation"] as? Double)
        #expect(abs(deviation - (squares / 2).squareRoot()) < 1e-9)
      }
    }
  }
}
