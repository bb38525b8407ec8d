import EspalierProtocols

/// What the progress display knows beside the run's state.
package struct ProgressPicture: Sendable {
  package var epoch = 0
  package var epochs = 0
  package var step = 0
  package var stepsPerEpoch = 0
  package var stepInEpoch = 0
  /// Smoothed over the last looks.
  package var loss = Double.nan
  /// Samples a second.
  package var rate = 0.0
  /// Seconds to the end of the run; `nil` while unknown.
  package var left: Double?
  /// Losses of the epochs so far.
  package var losses: [Double] = []
  package var isASCII = false

  package init() {}

  private var title: String {
    let all = "\(epochs)"
    let text = "\(epoch)"
    return "epoch " + String(repeating: " ", count: max(0, all.count - text.count)) + text + "/"
      + all
  }

  /// The line that moves while an epoch runs.
  package func live(barWidth: Int) -> [DisplayPiece] {
    let share = Double(stepInEpoch) / Double(max(stepsPerEpoch, 1))
    return [
      DisplayPiece(title, .strong),
      DisplayPiece(bar(share, width: barWidth, ascii: isASCII), .accent, weight: 60),
      DisplayPiece(percent(share), weight: 70),
      DisplayPiece(loss.isNaN && step == 0 ? "" : "loss " + brief(loss), weight: 90),
      DisplayPiece(rate > 0 ? rateInWords(rate) + " samples/s" : "", .faint, weight: 40),
      DisplayPiece(left.map { duration($0) + " left" } ?? "", .faint, weight: 80),
      DisplayPiece(sparkline(losses, width: 16, ascii: isASCII), .accent, weight: 30),
    ]
  }

  /// The line of an epoch that is over.
  package func finished(_ results: [(name: String, value: Double)], seconds: Double)
    -> [DisplayPiece]
  {
    var pieces = [DisplayPiece(title, .strong)]
    for (index, result) in results.enumerated() {
      pieces.append(
        DisplayPiece(label(result.name) + " " + brief(result.value), weight: max(10, 95 - index)))
    }
    pieces.append(DisplayPiece(ascii(duration(seconds)), .faint, weight: 9))
    pieces.append(DisplayPiece(sparkline(losses, width: 16, ascii: isASCII), .accent, weight: 8))
    return pieces
  }

  /// The sign of life within a long epoch where no line can move.
  package func plain() -> [DisplayPiece] {
    let share = Double(stepInEpoch) / Double(max(stepsPerEpoch, 1))
    return [
      DisplayPiece(title), DisplayPiece(percent(share)), DisplayPiece("loss " + brief(loss)),
      DisplayPiece(rate > 0 ? ascii(rateInWords(rate)) + " samples/s" : ""),
      DisplayPiece(left.map { ascii(duration($0)) + " left" } ?? ""),
    ]
  }

  private func percent(_ share: Double) -> String {
    let whole = "\(Int(min(max(share, 0), 1) * 100))"
    return String(repeating: " ", count: max(0, 3 - whole.count)) + whole + "%"
  }

  /// `train_loss` is `loss`, `validation_loss` is `val_loss`.
  private func label(_ name: String) -> String {
    if name.hasPrefix("train_") { return String(name.dropFirst(6)) }
    if name.hasPrefix("validation_") { return "val_" + name.dropFirst(11) }
    return name
  }

  private func ascii(_ text: String) -> String {
    isASCII ? String(text.map { $0 == "–" ? "-" : $0 }) : text
  }
}
