import EspalierProtocols

/// What a shell can offer for the last word of a command line.
struct Completer {
  let root: CommandGroup
  /// Names of plugins, looked up only when they are asked for.
  let plugins: () -> [(name: String, text: String)]

  struct Offer: Equatable {
    var candidates: [Candidate] = []
    /// Files and folders that the shell finds itself.
    var files = Files.none
  }
  struct Candidate: Equatable {
    var word: String
    var text: String
  }
  enum Files: Equatable {
    case none
    case folders
    case files([String])
  }

  /// - Parameter words: the words behind the program; the last one is being typed.
  func offer(_ words: [String]) -> Offer {
    var group = root
    var rest = words.dropLast()
    let current = words.last ?? ""
    while let word = rest.popFirst() {
      switch group[word] {
      case .group(let inner): group = inner
      case .command(let type): return offer(type, Array(rest), current)
      case nil: return Offer()
      }
    }
    return Self.narrowed(
      group.members.map { Candidate(word: $0.name, text: $0.summary) }, current)
  }

  private func offer(
    _ type: any Command.Type, _ words: [String], _ current: String
  ) -> Offer {
    let arguments = NamedArgument.all(of: type.init())
    let options = arguments.filter { $0.shape.role != .operand }
    var operands = arguments.filter { $0.shape.role == .operand }[...]
    var given = Set<String>()
    var operandWords: [String] = []
    var takesOptions = true
    var rest = words[...]
    while let word = rest.popFirst() {
      if takesOptions, word == "--" {
        takesOptions = false
      } else if takesOptions, word.hasPrefix("--") {
        let name = String(word.dropFirst(2).prefix { $0 != "=" })
        given.insert(name)
        guard !word.contains("="), let option = options.first(where: { $0.name == name }),
          option.shape.role == .option
        else { continue }
        if rest.popFirst() == nil { return offer(option.shape, current, [], prefix: "") }
      } else {
        if operands.first?.shape.repeats == false { operands.removeFirst() }
        operandWords.append(word)
      }
    }
    if takesOptions, let equals = current.firstIndex(of: "="), current.hasPrefix("--") {
      let name = current[..<equals].dropFirst(2)
      guard let option = options.first(where: { $0.name == name }) else { return Offer() }
      return offer(
        option.shape, String(current[current.index(after: equals)...]), [],
        prefix: String(current[...equals]))
    }
    if takesOptions, current.hasPrefix("-") {
      let left = options.filter { $0.shape.repeats || !given.contains($0.name) }
      return Self.narrowed(
        left.map { Candidate(word: "--" + $0.name, text: $0.shape.text) }
          + [Candidate(word: "--help", text: "prints the help")], current)
    }
    return operands.first.map { offer($0.shape, current, operandWords, prefix: "") } ?? Offer()
  }

  /// What a value can be.
  private func offer(
    _ shape: ArgumentShape, _ current: String, _ before: [String], prefix: String
  ) -> Offer {
    var candidates = shape.choices.map { Candidate(word: $0, text: "") }
    switch shape.completion {
    case .none: break
    case .values(let values): candidates += values.map { Candidate(word: $0, text: "") }
    case .plugins: candidates += plugins().map { Candidate(word: $0.name, text: $0.text) }
    case .files(let endings): return Offer(files: .files(endings))
    case .folders: return Offer(files: .folders)
    case .commands:
      var group = root
      for word in before {
        guard case .group(let inner) = group[word] else { return Offer() }
        group = inner
      }
      candidates += group.members.map { Candidate(word: $0.name, text: $0.summary) }
    }
    var result = Self.narrowed(candidates, current)
    for index in result.candidates.indices {
      result.candidates[index].word = prefix + result.candidates[index].word
    }
    return result
  }

  private static func narrowed(_ candidates: [Candidate], _ current: String) -> Offer {
    Offer(candidates: candidates.filter { $0.word.hasPrefix(current) })
  }
}

extension Completer.Offer {
  /// What the shells' functions read: a candidate a line with its text behind a tab, and a last line
  /// that tells which files to add.
  var lines: String {
    candidates.map { $0.text.isEmpty ? "\($0.word)\n" : "\($0.word)\t\($0.text)\n" }.joined()
      + directive + "\n"
  }

  private var directive: String {
    switch files {
    case .none: ":none"
    case .folders: ":folders"
    case .files(let endings): ([":files"] + endings).joined(separator: " ")
    }
  }
}
