import EspalierFormats
import EspalierProtocols
import Foundation

/// Where a trial of a search stands.
public enum TrialState: String, Sendable {
  /// It was not begun, or shall begin anew.
  case waiting
  /// A process trains it, or did until it was killed.
  case running
  /// It has done what was asked so far, and may be asked for more.
  case paused
  /// It was asked to stop, and goes on from its checkpoint.
  case interrupted
  /// It is trained to its end.
  case done
  /// An error ended it.
  case failed
}

/// `trial.json`: a trial's values, and how it went.
package struct TrialRecord: Sendable {
  package let index: Int
  package let values: [ConfigValue.Entry]
  package var state = TrialState.waiting
  /// Its result so far; `nil` where there is none.
  package var score: Double?
  /// The epoch that had it.
  package var bestEpoch: Int?
  /// Epochs that it was trained.
  package var epochs = 0
  /// The time that they took.
  package var seconds = 0.0
  /// Why it failed.
  package var error: String?
  /// How often it was begun, and how often it went on from a checkpoint.
  package var starts = 0
  package var resumes = 0

  package init(_ index: Int, _ values: [ConfigValue.Entry]) {
    self.index = index
    self.values = values
  }

  package var value: ConfigValue {
    .table([
      .init("index", .integer(index)), .init("values", .table(values)),
      .init("state", .text(state.rawValue)), .init("score", score.map(ConfigValue.number) ?? .null),
      .init("best_epoch", bestEpoch.map(ConfigValue.integer) ?? .null),
      .init("epochs", .integer(epochs)), .init("seconds", .number(seconds)),
      .init("error", error.map(ConfigValue.text) ?? .null), .init("starts", .integer(starts)),
      .init("resumes", .integer(resumes)),
    ])
  }

  /// Fills in what a file says of a trial with the same values.
  ///
  /// - Returns: whether it has them. One with others was made by a search that took another course.
  mutating func read(_ json: JSON) -> Bool {
    guard case .text(let state)? = json["state"], let state = TrialState(rawValue: state),
      case .object(let members)? = json["values"], members.map(\.key) == values.map(\.key),
      // Numbers may be written in two ways; what they are written from is compared in one.
      let written = try? JSON.parse(JSONText.text(.table(values)), file: ""),
      written == .object(members)
    else { return false }
    self.state = state
    starts = json["starts"]?.whole ?? 0
    resumes = json["resumes"]?.whole ?? 0
    score = json["score"]?.double
    bestEpoch = json["best_epoch"]?.whole
    epochs = json["epochs"]?.whole ?? 0
    seconds = json["seconds"]?.double ?? 0
    if case .text(let error)? = json["error"] { self.error = error }
    return true
  }
}

extension TrialRecord {
  /// Takes over what a run's epochs came to.
  mutating func measure(_ epochs: [RunRecord.Epoch], by objective: SearchObjective) {
    let best = objective.score(epochs)
    score = best?.value
    bestEpoch = best?.epoch
    self.epochs = epochs.last?.number ?? 0
    seconds = epochs.reduce(0) { $0 + ($1.results["seconds"] ?? 0) }
  }
}

extension JSON {
  fileprivate var whole: Int? { if case .integer(let value) = self { value } else { nil } }
  fileprivate var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

/// The folder of a trial: that of its run, with `trial.json`, `trial.log` and `trial.lock` in it.
package struct TrialFolder: Sendable {
  package let path: String

  package init(_ search: String, _ index: Int) {
    let digits = String(index)
    path = search + "/trial-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  package var file: String { path + "/trial.json" }
  package var log: String { path + "/trial.log" }

  func make() throws {
    try RunFolder.make(path)
  }

  /// Who holds it trains the trial, nobody else does; `nil` where another process has it.
  func lock() throws -> FileLock? { try FileLock(path + "/trial.lock") }

  /// Waits until no other process has the trial.
  func waitForLock() throws -> FileLock { try FileLock.waiting(for: path + "/trial.lock") }

  func write(_ record: TrialRecord) throws {
    do { try AtomicFile.write(JSONText.text(record.value) + "\n", to: file) } catch {
      throw RunFailure("\(error)", folder: path)
    }
  }

  /// What is known of a trial; its results are those of its run's epochs.
  package func record(
    _ index: Int, _ values: [ConfigValue.Entry], _ objective: SearchObjective
  ) -> TrialRecord {
    var record = TrialRecord(index, values)
    guard FileManager.default.fileExists(atPath: file), let json = try? JSON.read(file),
      record.read(json)
    else { return TrialRecord(index, values) }
    // Who ended in order wrote down what came out.
    if record.state == .running { record.measure(epochs, by: objective) }
    return record
  }

  var epochs: [RunRecord.Epoch] { (try? RunRecord(reading: path))?.epochs ?? [] }
}
