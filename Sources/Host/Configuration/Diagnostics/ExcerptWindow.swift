/// The part of a source line that is shown, and where its mark goes in columns of a terminal.
struct ExcerptWindow {
  private(set) var text = ""
  /// Terminal columns before the mark.
  private(set) var offset = 0
  /// Terminal columns of the mark.
  private(set) var length = 1

  private static let widest = 100
  private static let before = 40

  init(_ line: String, column: Int, length wanted: Int) {
    let scalars = Array(line.unicodeScalars)
    let start = min(max(column - 1, 0), scalars.count)
    let end = min(start + wanted, scalars.count)
    var first = 0
    var last = scalars.count
    if scalars.count > ExcerptWindow.widest {
      first = start > ExcerptWindow.widest - 20 ? start - ExcerptWindow.before : 0
      last = min(scalars.count, first + ExcerptWindow.widest)
    }
    var shown = ""
    var column = 0
    if first > 0 {
      shown = "…"
      column = 1
    }
    var markEnd: Int?
    for index in first..<last {
      if index == start { offset = column }
      if index == end { markEnd = column }
      // A tab is shown by one sign, so that it is seen and the mark below stays under its text.
      let scalar =
        scalars[index] == "\t" ? "→" : Printable.isControl(scalars[index]) ? " " : scalars[index]
      shown.unicodeScalars.append(scalar)
      column += ExcerptWindow.columns(of: scalar)
    }
    if start >= last { offset = column }
    length = max(1, (markEnd ?? column) - offset)
    if last < scalars.count { shown += "…" }
    while shown.last == " " { shown.removeLast() }
    text = shown
  }

  /// Columns that a terminal gives a character: two in East Asian scripts and most pictures, none
  /// for what joins the character before it.
  static func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
