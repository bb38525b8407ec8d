import EspalierHost
import EspalierProtocols
import Foundation

/// Tells the course of a search: a line a trial when it is done.
struct SearchProgress: Sendable {
  private let search: Search
  private let style: ProgressStyle
  private let sink: any TextSink

  init(_ search: Search, _ style: ProgressStyle, _ sink: any TextSink) {
    self.search = search
    // Into files and pipes nothing is told unless asked for.
    self.style = style == .auto ? (isatty(STDERR_FILENO) == 1 ? .plain : .none) : style
    self.sink = sink
  }

  func show(_ record: TrialRecord, _ done: Int, _ count: Int) {
    switch style {
    case .none, .auto: break
    case .json:
      sink.write(
        JSON.line(
          .table([
            .init("event", .text("trial")), .init("done", .integer(done)),
            .init("count", .integer(count)), .init("trial", record.value),
          ])))
    case .bar, .plain:
      sink.write("\(done)/\(count)  " + Self.line(record, search.sweep.objective) + "\n")
    }
  }

  /// `trial 7: validation_accuracy 0.9812 (epoch 14 of 20), 3.2 s: optimizer.adam.learning_rate = 0.003`
  static func line(_ record: TrialRecord, _ objective: SearchObjective) -> String {
    let values = record.values.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
    var text = "trial \(record.index): "
    switch record.state {
    case .failed: text += "failed: " + (record.error ?? "for no known reason")
    default:
      if let score = record.score {
        text += "\(objective.metric) \(Columns.brief(score))"
        if let best = record.bestEpoch { text += " (epoch \(best) of \(record.epochs))" }
      } else {
        text += "no result yet"
      }
      text += ", \(Columns.brief(record.seconds)) s"
      if record.state != .done { text += ", \(record.state.rawValue)" }
    }
    return text + ": " + values
  }
}
