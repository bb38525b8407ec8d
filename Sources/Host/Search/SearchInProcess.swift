import EspalierProtocols
import Foundation

/// Runs a search to its end within this process: several trials at a time, each on a thread of its own.
package struct SearchInProcess: Sendable {
  package let search: Search
  /// Made anew for each trial, since callbacks may keep what they are at.
  package let defaults: @Sendable () throws -> HostDefaults
  /// Called when a trial has done what a round asked of it, one call at a time.
  package let report: @Sendable (SearchResults.Trial) -> Void

  package init(
    _ search: Search, defaults: @escaping @Sendable () throws -> HostDefaults,
    report: @escaping @Sendable (SearchResults.Trial) -> Void
  ) {
    self.search = search
    self.defaults = defaults
    self.report = report
  }

  /// - Returns: what it came to; not all of it where a signal ended it.
  package func run() throws -> SearchResults {
    try search.sweep.checkTrials()
    try search.begin()
    let isOver =
      search.options.catchesSignals
      ? try Interruption.listening { try runAll() } : try runAll()
    let results = try SearchResults(search)
    try results.writeTable()
    try results.writeBest()
    if isOver { results.removeWeights() }
    return results
  }

  /// - Returns: whether it came to its end.
  private func runAll() throws -> Bool {
    var isInterrupted = false
    try search.rounds { _, steps in
      let waiting = steps.filter { !search.isDone($0, search.record($0)) }
      isInterrupted = try run(waiting)
      return !isInterrupted
    }
    return !isInterrupted
  }

  /// - Returns: whether a signal ended it.
  private func run(_ steps: [TrialStep]) throws -> Bool {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let width = max(1, min(search.parallel ?? cores, steps.count))
    let work = SharedWork<Int32?>(steps.count)
    let body: @Sendable () -> Void = {
      while let index = work.next() {
        let step = steps[index]
        let result = Result { () -> Int32? in
          if search.options.catchesSignals, let signal = Interruption.pending { return signal }
          var options = search.options
          if width > 1 { options.threads = 1 }
          let trial = TrialRun(search, step, defaults: try defaults(), options: options)
          let (record, signal) = try trial.run()
          if signal == nil { work.exclusively { report(search.trial(step, record)) } }
          return signal
        }
        work.finish(index, result) { $0 != nil }
      }
    }
    // Composing a run goes deeper than the stacks that some systems give to threads.
    let helpers = (1..<width).compactMap { _ in WorkerThread(stackBytes: 8 << 20, body) }
    body()
    for helper in helpers { helper.join() }
    return try work.outcomes().contains { $0 != nil }
  }
}
