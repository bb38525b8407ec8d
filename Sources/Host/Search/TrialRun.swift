import EspalierProtocols
import Foundation

/// Trains one trial in this process.
package struct TrialRun {
  package let search: Search
  package let step: TrialStep
  package let defaults: HostDefaults
  package let options: TrainingOptions

  package init(
    _ search: Search, _ step: TrialStep, defaults: HostDefaults, options: TrainingOptions
  ) {
    self.search = search
    self.step = step
    self.defaults = defaults
    self.options = options
  }

  private var folder: TrialFolder { search.trialFolder(step.index) }

  /// Waits until no other process has the trial, then does what is left of the step.
  ///
  /// - Returns: how the trial stands now, and the signal that ended it, if one did.
  /// - Throws: ``RunFailure`` when the folder cannot be written. A run that fails is no error here: its trial has it.
  package func run() throws -> (record: TrialRecord, signal: Int32?) {
    try folder.make()
    let lock = try folder.waitForLock()
    var record = search.record(step)
    if search.isDone(step, record) {
      // Its process was killed when the last epoch was done, before it could say so.
      if record.state == .running {
        record.state = .paused
        try folder.write(record)
      }
      return (record, nil)
    }
    let before = record.state
    record.error = nil
    record.state = .running
    var signal: Int32?
    do {
      let canResume =
        before != .waiting && before != .failed
        && FileManager.default.fileExists(atPath: folder.path + "/config.yaml")
      if canResume, hasCheckpoint, let end = try resumed(&record) {
        (record.state, signal) = state(end)
      } else {
        (record.state, signal) = state(try begun(&record))
      }
    } catch {
      record.state = .failed
      record.error = Self.words(error)
    }
    let found = folder.epochs
    record.measure(found, by: search.sweep.objective)
    if record.state == .done, record.score == nil {
      record.state = .failed
      record.error =
        found.isEmpty
        ? "the run keeps no table of its epochs (history.csv): leave `csv_log` as it is"
        : "\(search.sweep.objective.metric) was never a number"
    }
    try folder.write(record)
    return withExtendedLifetime(lock) { (record, signal) }
  }

  // MARK: Runs

  private var hasCheckpoint: Bool {
    ["last", "best"].contains {
      FileManager.default.fileExists(atPath: CheckpointFile.path(folder.path, $0))
    }
  }

  private func begun(_ record: inout TrialRecord) throws -> TrainingEnd {
    let configuration = try search.sweep.configuration(at: step.point)
    record.starts += 1
    try folder.write(record)
    var options = runOptions
    options.output = folder.path
    options.force = true
    return try Training.run(
      configuration, catalog: search.sweep.catalog, defaults: defaults, options: options
    ).end
  }

  /// Goes on from the last checkpoint; `nil` where there is none that can be read, so that it has to begin anew.
  private func resumed(_ record: inout TrialRecord) throws -> TrainingEnd? {
    let paths = ["last", "best"].map { CheckpointFile.path(folder.path, $0) }
    guard
      let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }),
      (try? CheckpointFile(path)) != nil
    else { return nil }
    record.resumes += 1
    try folder.write(record)
    // From the sweep as a new one is, since a run in Swift may hold what no file can.
    return try Training.train(
      search.sweep.configuration(at: step.point), catalog: search.sweep.catalog,
      defaults: defaults, options: runOptions, resuming: (folder.path, nil)
    ).0.end
  }

  private static let pause = "paused by the search"

  private var runOptions: TrainingOptions {
    var options = options
    guard let epochs = step.epochs else { return options }
    // The config keeps all of its epochs, and with them its schedule.
    options.hooks.append(
      Hook(.epochEnd, named: "pause") { run in
        run.epoch >= epochs ? .stop(Self.pause) : .proceed
      })
    return options
  }

  private func state(_ end: TrainingEnd) -> (TrialState, Int32?) {
    switch end {
    case .finished: (.done, nil)
    case .stopped(Self.pause): (.paused, nil)
    case .stopped: (.done, nil)
    case .interrupted(let signal): (.interrupted, signal)
    }
  }

  /// What went wrong, on one line.
  private static func words(_ error: any Error) -> String {
    let text =
      if let problems = error as? ConfigurationProblems {
        problems.diagnostics.first { $0.severity == .error }?.oneLine ?? "\(problems)"
      } else {
        (error as? RunFailure)?.diagnostic?.oneLine ?? "\(error)"
      }
    return String(text.split(separator: "\n").joined(separator: " "))
  }
}
