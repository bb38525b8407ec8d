import EspalierHost
import EspalierProtocols
import Foundation

/// All that a report tells of a run.
package struct ReportedRun: Sendable {
  let record: RunRecord
  let log: StepLog
  /// What the model says of samples that it was not trained on; `nil` where that is not known.
  package let predictions: TrainedRun.SplitPredictions?
  /// Why there are no predictions.
  package let gap: String?
  /// The settings that differ from the defaults; `nil` where the defaults are not known.
  let changes: [RunRecord.Setting]?
  /// `config.yaml` as it stands.
  let config: String

  /// - Parameters:
  ///   - configuration: what the folder's config says, where it could be read.
  ///   - trained: the run's model, at hand or opened; `nil` leaves out what needs predictions.
  ///   - gap: why there is none.
  ///   - limit: samples that are predicted at most.
  /// - Throws: ``RunFailure`` when the folder is none of a run.
  package init(
    folder: String, configuration: RunConfiguration? = nil, trained: TrainedRun? = nil,
    gap: String? = nil, samples limit: Int = 10_000
  ) throws {
    record = try RunRecord(reading: folder)
    log = StepLog(reading: folder + "/metrics.jsonl")
    changes = (configuration ?? trained?.configuration).map { ConfigChanges.settings(of: $0) }
    let text = FileManager.default.contents(atPath: folder + "/config.yaml") ?? Data()
    config = String(decoding: text.prefix(100_000), as: UTF8.self)
    do {
      // A prediction has a number for each class, of which there may be thousands.
      predictions = try trained.flatMap { trained in
        let numbers = max(trained.input.target.count, 1)
        return try trained.heldOutPredictions(atMost: min(limit, max(2, Self.numbers / numbers)))
      }
      self.gap =
        predictions != nil
        ? nil : gap ?? (trained == nil ? nil : "The run kept no samples for validation or test.")
    } catch {
      predictions = nil
      self.gap = "What needs predictions is left out: \(Self.words(error))"
    }
  }

  /// Numbers of predictions that are held at most.
  private static let numbers = 20_000_000

  /// An error in one sentence.
  package static func words(_ error: any Error) -> String {
    switch error {
    case let failure as RunFailure: failure.message
    case let problems as ConfigurationProblems:
      problems.diagnostics.first { $0.severity == .error }?.message ?? "\(problems)"
    default: "\(error)"
    }
  }

  /// The epochs in order, from the table, else from the log.
  var epochs: [(number: Int, results: [String: Double])] {
    record.epochs.isEmpty ? log.epochs : record.epochs.map { ($0.number, $0.results) }
  }

  /// A result over the epochs; epochs that did not measure it are left out.
  func course(of name: String) -> [(x: Double, y: Double)] {
    epochs.compactMap { epoch in
      epoch.results[name].map { (Double(epoch.number), $0) }
    }
  }

  /// Names of what was measured in epochs, without the split: the loss first.
  var measures: [String] {
    var names: Set<String> = []
    for epoch in epochs {
      for name in epoch.results.keys {
        for split in ["train_", "validation_"] where name.hasPrefix(split) {
          names.insert(String(name.dropFirst(split.count)))
        }
      }
    }
    return ResultNames.ordered(names)
  }
}

/// The order in which results are listed.
enum ResultNames {
  /// The loss first, then by name.
  static func ordered(_ names: Set<String>) -> [String] {
    names.sorted { ($0 == "loss" ? 0 : 1, $0) < ($1 == "loss" ? 0 : 1, $1) }
  }

  static let splits = ["train", "validation", "test"]

  /// Whether less of it is better, as far as its name tells.
  static func lowerIsBetter(_ name: String) -> Bool {
    let words: Set<Substring> = ["loss", "error", "mse", "rmse", "mae", "mape"]
    return name.split(separator: "_").contains { words.contains($0) }
  }
}
