/// A bar that fills from the left, in eighths of a character: `█████▍    `.
///
/// - Parameters:
///   - share: 0 to 1.
///   - width: characters.
///   - ascii: `[###  ]` from characters that every terminal has; the brackets count.
package func bar(_ share: Double, width: Int, ascii: Bool = false) -> String {
  let share = share.isFinite ? min(max(share, 0), 1) : 0
  guard width > (ascii ? 2 : 0) else { return "" }
  if ascii {
    let filled = Int(share * Double(width - 2))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: " ", count: width - 2 - filled) + "]"
  }
  let (full, part) = Int(share * Double(width) * 8).quotientAndRemainder(dividingBy: 8)
  let parts = Array(" ▏▎▍▌▋▊▉")
  let tail = full < width ? String(parts[part]) : ""
  return String(repeating: "█", count: full) + tail
    + String(repeating: " ", count: max(0, width - full - 1))
}
