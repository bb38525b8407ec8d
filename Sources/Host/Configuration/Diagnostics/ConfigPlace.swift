import EspalierYAML

/// A place in a text that a user wrote: a config file, standard input, or a `--set`.
public struct ConfigPlace: Sendable {
  /// The file as the user would name it; `--set` for the command line.
  public let file: String
  /// From 1. For the command line: which `--set` it is.
  public let line: Int
  /// From 1, counted in Unicode scalars.
  public let column: Int
  /// Unicode scalars on the line that belong to it, at least 1.
  public let length: Int
  let text: ConfigText?

  /// A place in no text that could be shown.
  public init(file: String, line: Int, column: Int, length: Int = 1) {
    self.init(file: file, line: line, column: column, length: length, text: nil)
  }

  init(file: String, line: Int, column: Int, length: Int, text: ConfigText?) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(length, 1)
    self.text = text
  }

  init(_ text: ConfigText, from start: SourcePosition, to end: SourcePosition?) {
    var length = 1
    if let end, end.offset > start.offset {
      // What spans lines is underlined to the end of its first.
      length =
        end.line == start.line
        ? end.column - start.column
        : (text.line(start.line)?.unicodeScalars.count ?? start.column) - start.column + 1
    }
    self.init(
      file: text.name, line: text.number(of: start.line), column: start.column, length: length,
      text: text)
  }

  /// The line of text, if it is known.
  public var excerpt: String? { text?.line(line) }

  /// `file:line:column`.
  public var description: String { "\(file):\(line):\(column)" }
}

extension ConfigPlace: Hashable, CustomStringConvertible {
  public static func == (left: ConfigPlace, right: ConfigPlace) -> Bool {
    left.file == right.file && left.line == right.line && left.column == right.column
      && left.length == right.length
  }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(file)
    hasher.combine(line)
    hasher.combine(column)
  }
}

/// A text that places point into: a file that was read, or one `--set` argument.
final class ConfigText: Sendable {
  let name: String
  /// The folder that paths in this text are relative to; `nil` for that of the run's config.
  let folder: String?
  /// The order in which texts were read, for the order of messages.
  let order: Int
  private let content: Content
  private enum Content {
    case source(EspalierYAML.SourceText)
    case lines([String])
    case argument(String, number: Int)
  }

  init(name: String, folder: String?, order: Int, source: EspalierYAML.SourceText) {
    self.name = name
    self.folder = folder
    self.order = order
    content = .source(source)
  }

  /// A text that could not be parsed.
  init(name: String, folder: String?, order: Int, lines: [String]) {
    self.name = name
    self.folder = folder
    self.order = order
    content = .lines(lines)
  }

  init(argument: String, number: Int) {
    name = "--set"
    folder = nil
    order = .max
    content = .argument(argument, number: number)
  }

  /// The number that a line of the parsed text has for the user.
  func number(of line: Int) -> Int {
    if case .argument(_, let number) = content { number } else { line }
  }

  func line(_ number: Int) -> String? {
    switch content {
    case .source(let source): source.line(number)
    case .lines(let lines): lines.indices.contains(number - 1) ? lines[number - 1] : nil
    case .argument(let text, _):
      text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init)
    }
  }
}
