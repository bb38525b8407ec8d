/// Part of a line on the terminal.
package struct DisplayPiece: Sendable, Equatable {
  package enum Style: Sendable { case plain, strong, faint, accent }
  package var text: String
  package var style: Style
  /// How much it matters: of a line that is too wide the pieces with the lowest go first.
  package var weight: Int

  package init(_ text: String, _ style: Style = .plain, weight: Int = 100) {
    self.text = text
    self.style = style
    self.weight = weight
  }
}

/// The pieces two blanks apart, as many as fit in a width, in colour if there is any.
package func displayLine(_ pieces: [DisplayPiece], width: Int, color: Bool) -> String {
  var shown = pieces.filter { !$0.text.isEmpty }
  func total() -> Int { shown.reduce(-2) { $0 + $1.text.count + 2 } }
  while shown.count > 1, total() > width {
    let lightest = shown.indices.min { shown[$0].weight < shown[$1].weight }!
    shown.remove(at: lightest)
  }
  if let only = shown.first, shown.count == 1, only.text.count > width {
    shown[0].text = String(only.text.prefix(max(0, width)))
  }
  guard color else { return shown.map(\.text).joined(separator: "  ") }
  return shown.map { piece in
    switch piece.style {
    case .plain: piece.text
    case .strong: "\u{1B}[1m\(piece.text)\u{1B}[0m"
    case .faint: "\u{1B}[2m\(piece.text)\u{1B}[0m"
    case .accent: "\u{1B}[36m\(piece.text)\u{1B}[0m"
    }
  }.joined(separator: "  ")
}
