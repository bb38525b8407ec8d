/// One thing that is wrong with a config, with everything needed to put it right.
public struct Diagnostic: Error, Sendable, Hashable {
  /// How bad a problem is.
  public enum Severity: String, Sendable, Comparable {
    case error, warning, hint

    private var rank: Int { self == .error ? 0 : self == .warning ? 1 : 2 }
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
  }

  /// Something more to say, perhaps about a second place.
  public struct Note: Sendable, Hashable {
    /// What else is to say.
    public var text: String
    /// Where it stands in the config, if it stands there.
    public var place: ConfigPlace?

    public init(_ text: String, at place: ConfigPlace? = nil) {
      self.text = text
      self.place = place
    }
  }

  /// Its stable name.
  public var code: DiagnosticCode
  /// How bad it is.
  public var severity: Severity
  /// One sentence without a full stop.
  public var message: String
  /// Where it stands in the config, if it stands there.
  public var place: ConfigPlace?
  /// Where in the config, as `--set` would write it: `optimizer.adam.learning_rate`.
  public var path: String?
  /// How the value came there, the nearest first: "included by runs/sweep.yaml:2".
  public var origin: [String]
  /// What was written.
  public var found: String?
  /// What would have been right.
  public var allowed: String?
  /// What to write instead, ready to be put in the place.
  public var suggestion: String?
  /// What stands under the caret.
  public var label: String?
  /// What else is to say, with other places.
  public var notes: [Note]

  public init(
    _ code: DiagnosticCode, _ message: String, at place: ConfigPlace? = nil, path: String? = nil,
    origin: [String] = [], found: String? = nil, allowed: String? = nil,
    suggestion: String? = nil, label: String? = nil, notes: [Note] = []
  ) {
    self.code = code
    severity = code.severity
    self.message = message
    self.place = place
    self.path = path
    self.origin = origin
    self.found = found
    self.allowed = allowed
    self.suggestion = suggestion
    self.label = label
    self.notes = notes
  }

  /// `file:line:column: error[E0112]: message; label`, for editors and for logs.
  public var oneLine: String {
    let start = place.map { "\($0): " } ?? ""
    let end = label.map { "; " + $0 } ?? ""
    return Printable.text("\(start)\(severity.rawValue)[\(code.rawValue)]: \(message)\(end)")
  }
}

/// Why a config was refused: all that is wrong with it, in the order of the files.
public struct ConfigurationProblems: Error, Sendable, CustomStringConvertible {
  /// All problems, in the order of the files.
  public let diagnostics: [Diagnostic]

  /// Sorts, and leaves out what says the same thing twice.
  public init(_ diagnostics: [Diagnostic]) {
    struct Key: Hashable {
      let code: DiagnosticCode
      let message: String
      let place: ConfigPlace?
    }
    var seen = Set<Key>()
    // An alias brings one mistake to several places of the tree, but the user wrote it once.
    let unique = diagnostics.filter {
      seen.insert(Key(code: $0.code, message: $0.message, place: $0.place)).inserted
    }
    self.diagnostics = unique.enumerated().sorted {
      ConfigurationProblems.position($0.element, $0.offset)
        < ConfigurationProblems.position($1.element, $1.offset)
    }.map(\.element)
  }

  private static func position(
    _ diagnostic: Diagnostic, _ offset: Int
  ) -> (Int, String, Int, Int, Int) {
    guard let place = diagnostic.place else { return (-1, "", 0, 0, offset) }
    return (place.text?.order ?? 0, place.file, place.line, place.column, offset)
  }

  /// How many make the config unusable.
  public var errorCount: Int { diagnostics.count { $0.severity == .error } }
  /// How many are only doubtful.
  public var warningCount: Int { diagnostics.count { $0.severity == .warning } }

  public var description: String { diagnostics.map(\.oneLine).joined(separator: "\n") }
}

/// Makes text from a file or the environment safe and short enough for a message.
enum Printable {
  /// Control characters are shown by their number: a message must not steer the terminal.
  static func text(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// At most `limit` characters, the cut marked.
  static func short(_ text: String, _ limit: Int = 40) -> String {
    let head = text.prefix(limit + 1)
    return head.count > limit
      ? Printable.text(String(head.prefix(limit - 1))) + "…" : Printable.text(text)
  }

  /// In the form for names and values within a sentence.
  static func code(_ text: String) -> String { "`" + short(text) + "`" }

  /// "a, b or c", each as code.
  static func alternatives(_ names: [String], _ last: String = "or") -> String {
    let quoted = names.map(code)
    guard let final = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " \(last) " + final
  }

  /// "a word" or "an optimizer".
  static func article(_ word: String) -> String {
    ("aeiou".contains(word.first ?? "x") ? "an " : "a ") + word
  }
}
