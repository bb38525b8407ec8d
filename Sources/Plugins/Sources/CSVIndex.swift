import EspalierProtocols

/// What one pass over a table finds, so that its rows can be read in any order without holding them.
///
/// Some rows are marked by where they begin; those between are found from there on. A mark stands every
/// 8 KiB of text or so, and takes 16 bytes.
struct CSVIndex: Sendable {
  /// Samples from one mark to the next.
  var rowsPerMark = 1
  /// Where in the file the marked rows begin.
  var offsets: [UInt64] = []
  /// The lines on which they begin, from 1.
  var lines: [UInt64] = []
  /// Number of samples.
  var count = 0
  /// Whether each record is a line, so that line breaks lead from one to the next.
  var isPlain = true
  var hasMissingFeatures = false
  /// Levels of categories, by feature.
  var levels: [Int: [String]] = [:]
  var target = TargetDescription.none
  /// count × the target's width.
  var targets: [Float] = []
  var weights: [Float]?

  /// Text from one mark to the next, about.
  static let markedBytes = 8192

  /// The bytes in which some marked rows and those behind them lie.
  func range(ofMarks marks: Range<Int>, fileSize: Int) -> Range<Int> {
    let end = marks.upperBound < offsets.count ? Int(offsets[marks.upperBound]) : fileSize
    return Int(offsets[marks.lowerBound])..<end
  }
}
