import EspalierHost
import EspalierProtocols

/// Finds the command that a command line means, and fills its arguments.
struct Parser {
  let root: CommandGroup

  enum Outcome {
    case run(any Command, path: [String])
    /// Help was asked for about the command or group that these words lead to.
    case help(path: [String])
  }

  static let helpWords: Set<String> = ["--help", "-h"]

  /// - Parameter words: the command line without the program.
  func parse(_ words: [String]) throws(UsageError) -> Outcome {
    var rest = words[...]
    if rest.first == "--version" { rest[rest.startIndex] = VersionCommand.name }
    var path: [String] = []
    var group = root
    while true {
      // Whatever else is wrong with the line: who asks for help gets it.
      if rest.prefix(while: { $0 != "--" }).contains(where: Self.helpWords.contains),
        rest.first.map({ $0.hasPrefix("-") }) ?? true
      {
        return .help(path: path)
      }
      guard let word = rest.popFirst() else { throw missingCommand(group, path) }
      switch group[word] {
      case .group(let inner):
        path.append(word)
        group = inner
      case .command(let type):
        path.append(word)
        if rest.prefix(while: { $0 != "--" }).contains(where: Self.helpWords.contains) {
          return .help(path: path)
        }
        let command = type.init()
        try fill(command, rest, path)
        return .run(command, path: path)
      case nil: throw unknownCommand(word, group, path)
      }
    }
  }

  // MARK: Arguments

  private func fill(
    _ command: any Command, _ words: ArraySlice<String>, _ path: [String]
  ) throws(UsageError) {
    let arguments = NamedArgument.all(of: command)
    var operands = arguments.filter { $0.shape.role == .operand }[...]
    var rest = words
    var takesOptions = true
    while let word = rest.popFirst() {
      if takesOptions, word == "--" {
        takesOptions = false
      } else if takesOptions, word.hasPrefix("-"), word != "-" {
        try takeOption(word, &rest, arguments, path)
      } else {
        guard let operand = operands.first else {
          throw UsageError("`\(Self.shown(word))` is one argument too many", path: path)
        }
        if !operand.shape.repeats { operands.removeFirst() }
        try take(word, operand, path)
      }
    }
    for argument in arguments where argument.shape.isRequired && !argument.argument.isGiven {
      let name =
        argument.shape.role == .operand
        ? argument.inWords : "\(argument.inWords) \(argument.shape.placeholder)"
      throw UsageError("\(name) is missing: \(argument.shape.text)", path: path)
    }
  }

  private func takeOption(
    _ word: String, _ rest: inout ArraySlice<String>, _ arguments: [NamedArgument],
    _ path: [String]
  ) throws(UsageError) {
    let equals = word.firstIndex(of: "=")
    let name = String(word[..<(equals ?? word.endIndex)])
    let options = arguments.filter { $0.shape.role != .operand }
    guard let option = options.first(where: { "--" + $0.name == name }) else {
      throw unknownOption(name, options, path)
    }
    if option.argument.isGiven, !option.shape.repeats {
      throw UsageError("\(name) is given twice", path: path)
    }
    if option.shape.role == .flag {
      guard equals == nil else { throw UsageError("\(name) takes no value", path: path) }
      try take("", option, path)
    } else if let equals {
      try take(String(word[word.index(after: equals)...]), option, path)
    } else {
      let example = "\(name) \(option.shape.placeholder)"
      guard let value = rest.popFirst() else {
        throw UsageError("\(name) needs a value: `\(example)`", path: path)
      }
      // More likely the value was forgotten than it begins so.
      guard !value.hasPrefix("--") else {
        throw UsageError(
          "\(name) needs a value, and `\(Self.shown(value))` looks like an option; "
            + "write `\(name)=\(Self.shown(value))` if it is meant", path: path)
      }
      try take(value, option, path)
    }
  }

  private func take(
    _ word: String, _ argument: NamedArgument, _ path: [String]
  ) throws(UsageError) {
    do throws(ValueProblem) { try argument.argument.take(word) } catch {
      let name = argument.inWords
      let shown = Self.shown(word)
      var message: String
      switch error.reason {
      case .range: message = "\(name): \(shown) is outside \(error.expected)"
      case .choice, .type: message = "\(name) takes \(error.expected), not `\(shown)`"
      }
      // A hint about quotes would be wrong here: a command line's words have none.
      if let hint = error.hint, !hint.hasPrefix("without the quotes") {
        message += "; \(hint)"
      } else {
        message += Self.suggestion(
          word, error.choices.isEmpty ? argument.shape.choices : error.choices)
      }
      throw UsageError(message, path: path)
    }
  }

  // MARK: Errors

  private func unknownOption(
    _ name: String, _ options: [NamedArgument], _ path: [String]
  ) -> UsageError {
    let command = path.joined(separator: " ")
    let names = options.map { "--" + $0.name } + ["--help"]
    return UsageError(
      "`\(command)` has no option `\(Self.shown(name))`" + Self.suggestion(name, names), path: path)
  }

  private func missingCommand(_ group: CommandGroup, _ path: [String]) -> UsageError {
    let names = group.members.map { "`\($0.name)`" }.joined(separator: " or ")
    return UsageError("`\(path.joined(separator: " "))` needs one more word: \(names)", path: path)
  }

  /// What is wrong with words that lead to no command.
  func unknownCommand(_ words: [String]) -> UsageError {
    var group = root
    var path: [String] = []
    for word in words {
      guard let node = group[word] else { return unknownCommand(word, group, path) }
      path.append(word)
      guard case .group(let inner) = node else { break }
      group = inner
    }
    return UsageError("`\(path.joined(separator: " "))` has no commands of its own", path: path)
  }

  private func unknownCommand(
    _ word: String, _ group: CommandGroup, _ path: [String]
  ) -> UsageError {
    let shown = Self.shown(word)
    guard !word.hasPrefix("-") else {
      return UsageError("options stand behind the command, `\(shown)` is before it", path: path)
    }
    let prefix = path.isEmpty ? "there is no command" : "`\(path.joined(separator: " "))` has no"
    let message = "\(prefix) `\(shown)`"
    let here = group.members.map(\.name)
    if let longer = here.first(where: { $0.dropLast() == word }) {
      return UsageError("\(message); did you mean `\(longer)`?", path: path)
    }
    // Words for the same thing, and commands that stand at another place.
    for (other, type) in root.commands
    where type.otherNames.contains(word) || (other.last == word && other.count > 1) {
      return UsageError("\(message); did you mean `\(other.joined(separator: " "))`?", path: path)
    }
    if let kind = try? KindName.decode(.text(word)) {
      return UsageError("\(message); did you mean `plugins list \(kind.kind.plural)`?", path: path)
    }
    if path.isEmpty, word.hasSuffix(".yaml") || word.hasSuffix(".yml") {
      return UsageError("\(message); did you mean `\(TrainCommand.name) \(shown)`?")
    }
    return UsageError(message + Self.suggestion(word, here), path: path)
  }

  /// `; did you mean …?` when something near is known, else nothing.
  static func suggestion(_ word: String, _ names: [String]) -> String {
    guard let nearest = Suggestion.nearest(word, among: names).first else { return "" }
    return "; did you mean `\(nearest)`?"
  }

  /// A word of the command line, fit for a message of one line.
  static func shown(_ word: String) -> String {
    let printable = String(
      String.UnicodeScalarView(
        word.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    return printable.count <= 60 ? printable : printable.prefix(59) + "…"
  }
}
