/// Courses of values in one line of characters each, on one scale.
struct CurveLine {
  private static let levels = Array("▁▂▃▄▅▆▇█")
  private let low: Double
  private let high: Double
  private let longest: Int
  private let width: Int

  /// - Parameters:
  ///   - curves: all that are drawn below one another.
  ///   - width: characters of the longest.
  init(_ curves: [[Double]], width: Int = 48) {
    let finite = curves.joined().filter(\.isFinite)
    low = finite.min() ?? 0
    high = finite.max() ?? 0
    longest = curves.map(\.count).max() ?? 0
    self.width = width
  }

  /// `0.1312 … 2.303`
  var range: String { Columns.brief(low) + " … " + Columns.brief(high) }

  /// A character for each value or, where there are more than fit, for the mean of several.
  func text(_ values: [Double]) -> String {
    let portion = max(1, (longest + width - 1) / width)
    return String(
      stride(from: 0, to: values.count, by: portion).map { start -> Character in
        let part = values[start..<min(start + portion, values.count)]
        let mean = part.reduce(0, +) / Double(part.count)
        guard mean.isFinite else { return "×" }
        guard high > low else { return Self.levels[0] }
        // Halved first: the difference of two large values would be infinite.
        let share = (mean / 2 - low / 2) / (high / 2 - low / 2)
        return Self.levels[max(0, min(7, Int(share * 8)))]
      })
  }
}
