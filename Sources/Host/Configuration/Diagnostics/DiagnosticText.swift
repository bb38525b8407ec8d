/// Writes diagnostics for a person: the message, the line it is about, a caret and what to do.
public struct DiagnosticText: Sendable {
  /// Whether severity, caret and gutter are coloured.
  public var colour: Bool
  /// The columns that a label should not pass.
  public var width: Int
  /// Diagnostics beyond this are counted, not shown.
  public var limit: Int

  public init(colour: Bool = false, width: Int = 100, limit: Int = 50) {
    self.colour = colour
    self.width = max(width, 40)
    self.limit = limit
  }

  /// All problems, with a last line that counts them.
  public func text(_ problems: ConfigurationProblems) -> String {
    var result = ""
    for diagnostic in problems.diagnostics.prefix(limit) { result += text(diagnostic) + "\n" }
    let hidden = problems.diagnostics.count - limit
    if hidden > 0 { result += "… and \(hidden) more\n\n" }
    return result + summary(problems) + "\n"
  }

  /// "2 errors and 1 warning; `espalier explain E0112` says more".
  public func summary(_ problems: ConfigurationProblems) -> String {
    func count(_ number: Int, _ word: String) -> String? {
      number == 0 ? nil : "\(number) \(word)\(number == 1 ? "" : "s")"
    }
    let counts = [
      count(problems.errorCount, "error"), count(problems.warningCount, "warning"),
    ].compactMap { $0 }
    let more = problems.diagnostics.first.map {
      "; `espalier explain \($0.code.rawValue)` says more"
    }
    return counts.joined(separator: " and ") + (more ?? "")
  }

  /// One diagnostic, ending in a line break.
  public func text(_ diagnostic: Diagnostic) -> String {
    let name = "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]"
    let message = Printable.text(diagnostic.message)
    var lines = [paint(name, style(diagnostic.severity)) + paint(": " + message, .bold)]
    let places = [diagnostic.place].compactMap { $0 } + diagnostic.notes.compactMap(\.place)
    let gutter = places.map { "\($0.line)".count }.max() ?? 1
    if let place = diagnostic.place {
      var head = pad(gutter) + paint("-->", .gutter) + " " + Printable.text("\(place)")
      if !diagnostic.origin.isEmpty {
        head += "        (" + Printable.text(diagnostic.origin.joined(separator: ", ")) + ")"
      }
      lines.append(head)
      let mark = Mark(sign: "^", style: style(diagnostic.severity), label: diagnostic.label)
      lines += excerpt(place, gutter, mark)
    } else if let label = diagnostic.label {
      lines.append(pad(gutter) + paint(" = ", .gutter) + Printable.text(label))
    }
    for note in diagnostic.notes {
      if let place = note.place {
        lines.append(pad(gutter) + paint(":::", .gutter) + " " + Printable.text("\(place)"))
        lines += excerpt(place, gutter, Mark(sign: "-", style: .gutter, label: note.text))
      } else {
        for (index, part) in LineWrap.lines(Printable.text(note.text), width - gutter - 3)
          .enumerated()
        {
          lines.append(pad(gutter) + (index == 0 ? paint(" = ", .gutter) : "   ") + part)
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Mark {
    var sign: Character
    var style: Style
    var label: String?
  }

  /// The line of a place with a mark and a label under it.
  private func excerpt(_ place: ConfigPlace, _ gutter: Int, _ mark: Mark) -> [String] {
    let bar = pad(gutter + 1) + paint("|", .gutter)
    let label = Printable.text(mark.label ?? "")
    guard let line = place.excerpt, !line.isEmpty else {
      return label.isEmpty ? [] : [pad(gutter) + paint(" = ", .gutter) + label]
    }
    let window = ExcerptWindow(line, column: place.column, length: place.length)
    let number = "\(place.line)"
    let head = pad(gutter - number.count) + paint(number + " |", .gutter)
    var result = [bar, head + " " + window.text]
    let carets = paint(String(repeating: mark.sign, count: window.length), mark.style)
    let underline = bar + " " + pad(window.offset) + carets
    let used = gutter + 3 + window.offset + window.length + 1
    if label.isEmpty || used + label.count <= width {
      result.append(label.isEmpty ? underline : underline + " " + paint(label, mark.style))
      return result
    }
    // A long label goes below, moved to the left where the caret stands too far right for it.
    result.append(underline)
    let space = width - gutter - 3
    let offset = min(window.offset, max(0, space - (label.count <= space ? label.count : 60)))
    for part in LineWrap.lines(label, space - offset) {
      result.append(bar + " " + pad(offset) + paint(part, mark.style))
    }
    return result
  }

  private func pad(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

  private enum Style: String {
    case error = "1;31"
    case warning = "1;33"
    case hint = "1;36"
    case gutter = "1;34"
    case bold = "1"
  }

  private func style(_ severity: Diagnostic.Severity) -> Style {
    switch severity {
    case .error: .error
    case .warning: .warning
    case .hint: .hint
    }
  }

  private func paint(_ text: String, _ style: Style) -> String {
    colour && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// Breaks text at blanks.
enum LineWrap {
  static func lines(_ text: String, _ width: Int) -> [String] {
    var result: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        result.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return result + [line]
  }
}
