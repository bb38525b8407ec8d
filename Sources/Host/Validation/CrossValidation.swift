import EspalierProtocols
import Foundation

/// The folds of a config: a run each, whose validation part is the fold.
///
/// What the config keeps for the test stays out of all of them, and is not measured. Each fold's config says
/// which one it is (`data.split`), so a fold can be resumed, measured and used as any run.
package struct CrossValidation: Sendable {
  /// One fold.
  package struct Fold: Sendable {
    /// From 1.
    package let repetition: Int
    /// From 1.
    package let number: Int
    package let folder: String
  }

  package let folds: Int
  package let repetitions: Int
  package let folder: String
  private let load: @Sendable () throws -> RunConfiguration

  /// - Parameter load: reads the config.
  package init(
    folds: Int, repetitions: Int, in folder: String,
    load: @escaping @Sendable () throws -> RunConfiguration
  ) {
    self.folds = folds
    self.repetitions = repetitions
    self.folder = folder
    self.load = load
  }

  /// All folds of the first drawing, then those of the next.
  package var all: [Fold] {
    (1...repetitions).flatMap { repetition in
      (1...folds).map { number in
        let name = "fold-\(number)"
        return Fold(
          repetition: repetition, number: number,
          folder: repetitions == 1
            ? "\(folder)/\(name)" : "\(folder)/repetition-\(repetition)/\(name)")
      }
    }
  }

  /// The runs, in the order of ``all``.
  package var members: [RunSeries.Member] {
    all.map { fold in
      let drawing = repetitions == 1 ? "" : ", repetition \(fold.repetition)"
      return RunSeries.Member(
        title: "fold \(fold.number) of \(folds)\(drawing)", folder: fold.folder
      ) { [load, folds] in
        var configuration = try load()
        configuration.data.split.folds = folds
        configuration.data.split.fold = fold.number
        configuration.data.split.repetition = fold.repetition
        return configuration
      }
    }
  }

  /// - Throws: ``ConfigurationProblems`` when the config has no place for folds.
  package func check() throws {
    let configuration = try members.last!.configuration()
    let problems = SplitCheck().check(configuration, configuration.catalog)
    guard problems.isEmpty else { throw ConfigurationProblems(problems) }
  }
}

/// What the folds came to.
package struct CrossValidationResult: Sendable {
  /// A metric over the folds.
  package struct Measure: Sendable {
    package let name: String
    /// Of each fold, in their order.
    package let values: [Double]
    package var mean: Double { Sample(values).mean }
    /// With n − 1; not a number for one fold.
    package var deviation: Double { Sample(values).deviation }
  }

  package let folds: [CrossValidation.Fold]
  package let summaries: [RunSummary]
  /// The validation results of each fold's saved weights, the loss first.
  package let measures: [Measure]

  package init(_ folds: [CrossValidation.Fold], _ summaries: [RunSummary]) {
    self.folds = folds
    self.summaries = summaries
    let results = summaries.map { $0.results["validation"] ?? [:] }
    let names = Set(results.flatMap(\.keys)).sorted {
      ($0 == "loss" ? 0 : 1, $0) < ($1 == "loss" ? 0 : 1, $1)
    }
    measures = names.map { name in
      Measure(name: name, values: results.map { $0[name] ?? .nan })
    }
  }

  /// For `crossvalidation.json`.
  package var configValue: ConfigValue {
    func number(_ value: Double) -> ConfigValue { value.isFinite ? .number(value) : .null }
    let results = measures.map { measure in
      ConfigValue.Entry(
        measure.name,
        .table([
          .init("mean", number(measure.mean)), .init("deviation", number(measure.deviation)),
          .init("values", .list(measure.values.map(number))),
        ]))
    }
    let rows = zip(folds, summaries).map { fold, summary in
      ConfigValue.table([
        .init("repetition", .integer(fold.repetition)), .init("fold", .integer(fold.number)),
        .init("folder", .text(fold.folder)),
        .init("train_samples", .integer(summary.samples["train"] ?? 0)),
        .init("validation_samples", .integer(summary.samples["validation"] ?? 0)),
        .init("epochs", .integer(summary.epochs)),
        .init("best_epoch", summary.bestEpoch.map(ConfigValue.integer) ?? .null),
        .init(
          "results",
          .table(
            measures.map { .init($0.name, number(summary.results["validation"]?[$0.name] ?? .nan)) }
          )),
      ])
    }
    return .table([.init("validation", .table(results)), .init("folds", .list(rows))])
  }
}
