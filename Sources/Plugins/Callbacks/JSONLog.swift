import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes the results of each epoch into the run's folder, one JSON object a line (`metrics.jsonl`).
///
///     {"event":"epoch","epoch":3,"step":300,"time":1767225600.25,"metrics":{"train_loss":0.41, …}}
///
/// `time` is in seconds since 1970. Every line is in the file at once. A result that is not finite is
/// null and its name stands in a list `nonfinite`. Lines `"event":"step"` between hold what
/// callbacks logged in a step and, with `every_steps`, the batch's loss. A resumed run first drops lines beyond the step that it goes on from.
public struct JSONLog: Callback {
  public static let manifest = Manifest(
    "json_log", "appends each epoch's results to metrics.jsonl, one JSON object a line",
    aliases: ["jsonl"], sample: "{json_log: {every_steps: 100}}")

  @Parameter(
    "also write the batch's loss every so many steps; null for no", in: 1..., unit: "steps")
  public var everySteps: Int?
  @Parameter("name of the file in the run's folder") public var file: String = "metrics.jsonl"

  private var log: LogFile?

  public init() {}

  public init(everySteps: Int?, file: String = "metrics.jsonl") {
    self.everySteps = everySteps
    self.file = file
  }

  public func validate() throws { try checkFileName(file) }

  public var events: Set<Event> {
    everySteps == nil
      ? [.runStart, .epochEnd, .logged] : [.runStart, .epochEnd, .logged, .batchEnd]
  }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    switch event {
    case .runStart: try start(run)
    case .batchEnd:
      guard let log, let everySteps, run.step % everySteps == 0 else { break }
      try log.append(
        line("step", run, [("batch_loss", run.batchLoss), ("learning_rate", run.learningRate)]))
    case .logged:
      guard let log else { break }
      try log.append(line("step", run, run.logged.map { ($0.name, $0.value) }))
    case .epochEnd:
      guard let log else { break }
      let names = orderedColumns(run)
      var values = names.compactMap { name in run.metrics[name].map { (name, $0) } }
      if run.metrics["learning_rate"] == nil { values.append(("learning_rate", run.learningRate)) }
      try log.append(line("epoch", run, values))
    default: break
    }
    return .proceed
  }

  private mutating func start(_ run: any RunState) throws {
    guard let folder = run.folder else { return }
    let path = folder + "/" + file
    let lines = try LogFile.lines(of: path)
    let kept = lines.filter { line in
      guard let step = JSONLine.integer("step", in: line), step <= run.step, run.step > 0 else {
        return false
      }
      // The epoch that is under way gets its line when it ends, though its last step may be done.
      guard line.hasPrefix("{\"event\":\"epoch\"") else { return true }
      return JSONLine.integer("epoch", in: line).map { $0 < run.epoch } ?? false
    }
    // Also where nothing is dropped: the last line may have been cut off.
    try LogFile.replace(path, with: kept)
    log = try LogFile(appendingTo: path)
  }

  private func line(_ event: String, _ run: any RunState, _ values: [(String, Double)]) -> String {
    var line = JSONLine()
    line.add("event", event)
    line.add("epoch", run.epoch)
    line.add("step", run.step)
    line.add("time", now())
    var metrics = JSONLine()
    for (name, value) in values { metrics.add(name, value) }
    line.add("metrics", metrics)
    let broken = values.filter { !$0.1.isFinite }.map(\.0)
    if !broken.isEmpty { line.add("nonfinite", broken) }
    return line.text
  }

  /// Seconds since 1970, in whole milliseconds.
  private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return (Double(time.tv_sec) * 1000 + Double(time.tv_nsec / 1_000_000)) / 1000
  }
}

/// The results of an epoch by name: in the order of the history's columns, then any others by name.
func orderedColumns(_ run: any RunState) -> [String] {
  let columns = run.facts.columns
  let known = Set(columns)
  return columns + run.metrics.keys.filter { !known.contains($0) }.sorted()
}

/// A log stays in the run's folder.
func checkFileName(_ name: String) throws {
  if name.isEmpty || name == "." || name == ".." || name.contains("/") {
    throw PluginError("a file in the run's folder: a name without `/`", parameter: "file")
  }
}
