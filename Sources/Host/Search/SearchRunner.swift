import EspalierProtocols
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a search to its end: a process a trial, several at a time.
package struct SearchRunner {
  package let search: Search
  /// This very program, so that trials have its plugins.
  package let executable: String
  /// The arguments for a trial that computes with so many threads.
  package let arguments: @Sendable (_ index: Int, _ threads: Int) -> [String]
  /// How many trials at a time; as many as cores unless given.
  package let parallel: Int?
  /// Called when a trial has done a step, with the trials of its round that are done, and all of them.
  package let report: (_ record: TrialRecord, _ done: Int, _ count: Int) -> Void

  package init(
    _ search: Search, executable: String, parallel: Int?,
    arguments: @escaping @Sendable (Int, Int) -> [String],
    report: @escaping (TrialRecord, Int, Int) -> Void
  ) {
    self.search = search
    self.executable = executable
    self.parallel = parallel
    self.arguments = arguments
    self.report = report
  }

  /// - Returns: the signal that ended the search, if one did.
  package func run() throws -> Int32? {
    try Interruption.listening {
      var signal: Int32?
      try search.rounds { _, steps in
        signal = try run(steps)
        return signal == nil
      }
      return signal
    }
  }

  private func run(_ steps: [TrialStep]) throws -> Int32? {
    var pending = steps.filter { !search.isDone($0, search.record($0)) }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let width = max(1, min(parallel ?? cores, pending.count))
    let threads = max(1, cores / width)
    let count = pending.count
    var next = 0
    var running: [(process: TrialProcess, step: TrialStep)] = []
    var signal: Int32?
    var done = steps.count - count
    defer { for run in running { run.process.send(SIGTERM) } }
    while next < pending.count || !running.isEmpty {
      if signal == nil, let asked = Interruption.pending {
        signal = asked
        for run in running { run.process.send(SIGTERM) }
      }
      while signal == nil, next < pending.count, running.count < width {
        running.append((try start(pending[next], threads), pending[next]))
        next += 1
      }
      if signal != nil, running.isEmpty { break }
      usleep(10_000)
      for (place, run) in running.enumerated().reversed() {
        guard let end = run.process.end() else { continue }
        running.remove(at: place)
        // Another trial of the round that begins anew takes back, for a moment, what this one depends on.
        if end.isEmpty, signal == nil, pending.count < 3 * count,
          !search.isDone(run.step, search.record(run.step))
        {
          pending.append(run.step)
          continue
        }
        let record = try settled(run.step, end, signal)
        done += 1
        report(record, done, steps.count)
      }
    }
    return signal
  }

  private func start(_ step: TrialStep, _ threads: Int) throws -> TrialProcess {
    let folder = search.trialFolder(step.index)
    try folder.make()
    return try TrialProcess(
      step.index, executable: executable, arguments: arguments(step.index, threads),
      log: folder.log)
  }

  /// How a trial stands when its process has ended. One that could not say so itself has failed.
  private func settled(_ step: TrialStep, _ end: String, _ signal: Int32?) throws -> TrialRecord {
    var record = search.record(step)
    let isOrderly = search.isDone(step, record) || record.state == .interrupted
    let folder = search.trialFolder(step.index)
    guard !isOrderly, signal == nil, let lock = try folder.lock() else { return record }
    record.state = .failed
    record.error =
      (end.isEmpty ? "its process ended without a result" : end) + Self.last(of: folder.log)
    try withExtendedLifetime(lock) { try folder.write(record) }
    return record
  }

  /// The last line that a process wrote.
  private static func last(of log: String) -> String {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").last.map { ": " + Printable.short(String($0), 300) } ?? ""
  }
}

extension Search {
  /// Takes back that trials failed, so that they begin anew.
  package func forgetFailures() throws {
    try rounds { _, steps in
      for step in steps {
        var record = record(step)
        guard record.state == .failed, let lock = try trialFolder(step.index).lock() else {
          continue
        }
        record.state = .waiting
        try withExtendedLifetime(lock) { try trialFolder(step.index).write(record) }
      }
      return steps.allSatisfy { isDone($0, record($0)) }
    }
  }
}
