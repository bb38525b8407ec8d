/// Rows of text with their columns below one another.
enum Columns {
  enum Alignment { case left, right }

  /// Lines that end in a line break; columns are two blanks apart, without blanks at the end.
  static func text(_ rows: [[String]], _ alignments: [Alignment] = [], margin: String = "")
    -> String
  {
    var widths: [Int] = []
    for row in rows {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], cell.count)
      }
    }
    return rows.map { row in
      let cells = row.enumerated().map { index, cell in
        let gap = String(repeating: " ", count: widths[index] - cell.count)
        return index < alignments.count && alignments[index] == .right ? gap + cell : cell + gap
      }
      var line = margin + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  /// A result in four significant digits: `0.4213`, `12.35`, `1.2e-05`.
  static func brief(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    guard value.isFinite else { return value < 0 ? "-inf" : "inf" }
    guard value != 0 else { return "0" }
    var scale = 1.0
    // Digits behind the point that leave four significant ones.
    var digits = 0
    while abs(value) * scale < 1000, digits < 12 {
      scale *= 10
      digits += 1
    }
    let rounded = (value * scale).rounded() / scale
    let text = "\(rounded)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
