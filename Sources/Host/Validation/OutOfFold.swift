import EspalierFormats
import EspalierProtocols

/// Predictions for each sample by the model of the fold that it was kept from.
package enum OutOfFold {
  /// Writes them as a table: number of the sample in the source, repetition, fold, target, and the columns
  /// that `predict` writes.
  ///
  /// - Throws: ``RunFailure`` when a fold cannot be opened or the file not be written.
  package static func write(
    _ folds: [CrossValidation.Fold], to path: String, catalog: Catalog, defaults: HostDefaults,
    threads: Int?
  ) throws {
    do {
      let file = try AtomicFile(path)
      for (index, fold) in folds.enumerated() {
        let run = try TrainedRun(
          opening: fold.folder, catalog: catalog, defaults: defaults, threads: threads)
        let samples = try run.ownSamples(.validation)
        let predictions = try run.predictions(for: samples.part)
        let target = run.input.target
        if index == 0 {
          let targets =
            target.task == .regression ? target.names.map { "target_" + $0 } : ["target"]
          try file.write(
            CSVText.line(["sample", "repetition", "fold"] + targets + predictions.header))
        }
        let width = target.width
        var text = ""
        for (place, row) in samples.rows.enumerated() {
          let numbers = samples.targets[place * width..<(place + 1) * width]
          let targets: [String] =
            target.task == .regression
            ? numbers.map { "\($0)" }
            : numbers.map {
              target.names.indices.contains(Int($0)) ? target.names[Int($0)] : "\($0)"
            }
          text += CSVText.line(
            ["\(row)", "\(fold.repetition)", "\(fold.number)"] + targets + predictions.row(place))
        }
        try file.write(text)
      }
      try file.commit()
    } catch let error as FormatError { throw RunFailure("\(error)") }
  }
}
