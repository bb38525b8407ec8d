import EspalierProtocols
import Foundation

/// Runs that belong together, each in a folder of its own: folds, members of an ensemble.
///
/// Runs that are done are passed over, and those that were cut off are gone on with, so the same call again
/// after any interruption comes to the same result. A folder that holds another run is refused.
package struct RunSeries: Sendable {
  /// One of the runs.
  package struct Member: Sendable {
    /// What it is called in messages: `fold 2 of 5`.
    package let title: String
    package let folder: String
    /// Makes its config. Callbacks may keep what they are at, so runs side by side need one each.
    package let configuration: @Sendable () throws -> RunConfiguration

    package init(
      title: String, folder: String,
      configuration: @escaping @Sendable () throws -> RunConfiguration
    ) {
      self.title = title
      self.folder = folder
      self.configuration = configuration
    }
  }

  /// How a run came to be done.
  package enum Outcome: Sendable {
    case trained(RunSummary)
    /// It was done before.
    case found(RunSummary)
    case interrupted(signal: Int32)

    package var summary: RunSummary? {
      switch self {
      case .trained(let summary), .found(let summary): summary
      case .interrupted: nil
      }
    }
  }

  package let catalog: Catalog
  /// Made anew for each run, for the same reason as its config.
  package let defaults: @Sendable () throws -> HostDefaults
  package let options: TrainingOptions

  package init(
    catalog: Catalog, defaults: @escaping @Sendable () throws -> HostDefaults,
    options: TrainingOptions
  ) {
    self.catalog = catalog
    self.defaults = defaults
    self.options = options
  }

  // MARK: One after the other, or side by side

  /// Trains all of them.
  ///
  /// - Parameters:
  ///   - parallel: how many at a time; each of several has one thread.
  ///   - done: told of each as it ends, one call at a time.
  /// - Returns: what became of each, in their order; those that a signal kept from beginning are missing.
  /// - Throws: what the first run that failed threw, when those beside it have ended.
  package func train(
    _ members: [Member], parallel: Int = 1,
    done: @escaping @Sendable (Member, Outcome) -> Void = { _, _ in }
  ) throws -> [Outcome] {
    let width = max(1, min(parallel, members.count))
    // A second listener, so that signals between two runs are not lost.
    return options.catchesSignals
      ? try Interruption.listening { try train(members, width: width, done) }
      : try train(members, width: width, done)
  }

  private func train(
    _ members: [Member], width: Int, _ done: @escaping @Sendable (Member, Outcome) -> Void
  ) throws -> [Outcome] {
    guard width > 1 else {
      var outcomes: [Outcome] = []
      for member in members {
        let outcome = try train(member)
        done(member, outcome)
        outcomes.append(outcome)
        if case .interrupted = outcome { break }
      }
      return outcomes
    }
    let work = SharedWork<Outcome>(members.count)
    let body: @Sendable () -> Void = {
      while let index = work.next() {
        let member = members[index]
        let result = Result {
          // One at a time, since standard input is read from its beginning for each.
          let configuration = try work.exclusively { try member.configuration() }
          return try train(member, configuration, threads: 1)
        }
        work.finish(index, result) { outcome in
          done(member, outcome)
          if case .interrupted = outcome { return true }
          return false
        }
      }
    }
    // Composing a run goes deeper than the stacks that some systems give to threads.
    let helpers = (1..<width).compactMap { _ in WorkerThread(stackBytes: 8 << 20, body) }
    body()
    for helper in helpers { helper.join() }
    return try work.outcomes()
  }

  // MARK: One

  /// Trains a run unless it is done.
  package func train(_ member: Member) throws -> Outcome {
    try train(member, try member.configuration(), threads: nil)
  }

  private func train(
    _ member: Member, _ configuration: RunConfiguration, threads: Int?
  ) throws -> Outcome {
    var options = options
    options.output = member.folder
    options.threads = threads ?? options.threads
    let place = RunFolder(path: member.folder)
    var isBegun = FileManager.default.fileExists(atPath: place.config) && !options.force
    if isBegun {
      try check(configuration, place, member)
      let summary = try RunRecord(reading: member.folder).summary
      if let summary, summary.status == "finished" || summary.status == "stopped" {
        return .found(summary)
      }
      // What failed is tried from its beginning.
      if summary?.status == "failed" { isBegun = false }
    }
    if let signal = Interruption.pending, options.catchesSignals {
      return .interrupted(signal: signal)
    }
    let resumes =
      isBegun
      && ["last", "best"].contains {
        FileManager.default.fileExists(atPath: CheckpointFile.path(member.folder, $0))
      }
    options.force = true
    let (result, _) = try Training.train(
      configuration, catalog: catalog, defaults: defaults(), options: options,
      resuming: resumes ? (member.folder, nil) : nil)
    if case .interrupted(let signal) = result.end { return .interrupted(signal: signal) }
    return .trained(result.summary)
  }

  /// - Throws: ``RunFailure`` when the folder holds a run of another config.
  private func check(
    _ configuration: RunConfiguration, _ place: RunFolder, _ member: Member
  ) throws {
    let text = RunFolder.text(of: configuration.among(catalog))
    guard let found = FileManager.default.contents(atPath: place.config) else { return }
    if String(decoding: found, as: UTF8.self) == text { return }
    throw RunFailure(
      "\(place.path) holds another run than \(member.title) would be: \(difference(text, found)); name "
        + "another folder (`--output`), or begin anew (`--force`)")
  }

  /// The first line in which two configs differ.
  private func difference(_ wanted: String, _ found: Data) -> String {
    let new = wanted.split(separator: "\n")
    let old = String(decoding: found, as: UTF8.self).split(separator: "\n")
    for (index, line) in new.enumerated() where index >= old.count || old[index] != line {
      let before = index < old.count ? old[index] : ""
      return "its config has `\(before.trimmed)` where `\(line.trimmed)` is wanted"
    }
    return "its config says more"
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.prefix(80))
  }
}
