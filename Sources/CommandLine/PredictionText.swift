import EspalierFormats
import EspalierHost
import EspalierProtocols

/// Predictions as text, in portions.
struct PredictionText {
  let predictions: TrainedRun.Predictions
  let format: PredictCommand.Format

  private static let portion = 4096

  func write(to output: OutputFile) throws {
    let header = predictions.header
    if format == .csv { try output.write(CSVText.line(header)) }
    var start = 0
    while start < predictions.count {
      let end = min(start + Self.portion, predictions.count)
      var text = ""
      for sample in start..<end {
        let row = predictions.row(sample)
        text += format == .csv ? CSVText.line(row) : line(header, row)
      }
      try output.write(text)
      start = end
    }
  }

  /// One object by the names of the header. Names of samples and classes are text, all else are numbers.
  private func line(_ header: [String], _ row: [String]) -> String {
    var texts = predictions.names == nil ? 0 : 1
    if case .classes = predictions.target { texts += 1 }
    let entries = zip(header, row).enumerated().map { index, pair in
      let value: ConfigValue =
        index < texts ? .text(pair.1) : Double(pair.1).map(JSON.number) ?? .null
      return ConfigValue.Entry(pair.0, value)
    }
    return JSON.line(.table(entries))
  }
}
