/// The course of some values in one line of characters: `█▆▄▃▂▁▁`.
///
/// The lowest is the lowest bar and the highest the highest; what is not finite is `×` (in ASCII `x`).
/// - Parameters:
///   - width: how many characters at most; the latest values are shown.
///   - ascii: from characters that every terminal has.
package func sparkline(_ values: [Double], width: Int, ascii: Bool = false) -> String {
  let levels = Array(ascii ? "_.-=+*#@" : "▁▂▃▄▅▆▇█")
  let shown = values.suffix(max(0, width))
  let finite = shown.filter(\.isFinite)
  guard let low = finite.min(), let high = finite.max() else {
    return String(repeating: ascii ? "x" : "×", count: shown.count)
  }
  return String(
    shown.map { value -> Character in
      guard value.isFinite else { return ascii ? "x" : "×" }
      guard high > low else { return levels[0] }
      // Halved first: the difference of two large values would be infinite.
      let share = (value / 2 - low / 2) / (high / 2 - low / 2)
      return levels[min(levels.count - 1, Int(share * Double(levels.count)))]
    })
}
