/// Writes the help of commands from their declarations.
struct Help {
  let program: String
  let root: CommandGroup

  private static let width = 90

  /// The help on what these words lead to; `nil` when they lead nowhere.
  func text(_ path: [String]) -> String? {
    var node: CommandNode = .group(root)
    for word in path {
      guard case .group(let group) = node, let next = group[word] else { return nil }
      node = next
    }
    return switch node {
    case .command(let type): text(type, path)
    case .group(let group): text(group, path)
    }
  }

  // MARK: Groups

  private func text(_ group: CommandGroup, _ path: [String]) -> String {
    let name = ([program] + path).joined(separator: " ")
    var result = "\(name): \(group.summary)\n\nusage: \(name) COMMAND …\n\ncommands:\n"
    // Of inner groups all commands are shown, so that one look tells everything there is.
    result += table(group.commands.map { ($0.path.joined(separator: " "), $0.type.summary) })
    result +=
      "\n`\([program, "help"].joined(separator: " ")) \((path + ["COMMAND"]).joined(separator: " "))`"
    result += " tells about one of them.\n"
    guard path.isEmpty else { return result }
    return result + """

      Exit status: 0 done; 1 the run failed; 2 the command line or the config is wrong;
      130 and 143 interrupted, with everything saved that the run needs to go on.

      """
  }

  // MARK: Commands

  private func text(_ type: any Command.Type, _ path: [String]) -> String {
    let name = ([program] + path).joined(separator: " ")
    let arguments = NamedArgument.all(of: type.init())
    let operands = arguments.filter { $0.shape.role == .operand }
    let options = arguments.filter { $0.shape.role != .operand }

    var usage = "usage: \(name)"
    for operand in operands { usage += " " + Self.form(operand) }
    // A required option is part of the usage; the others have their own list.
    for option in options where option.shape.isRequired {
      usage += " --\(option.name) \(option.shape.placeholder)"
    }
    if options.contains(where: { !$0.shape.isRequired }) { usage += " [OPTIONS]" }

    var result = "\(name): \(type.summary)\n\n\(usage)\n"
    if !operands.isEmpty {
      result += "\n" + table(operands.map { ($0.shape.placeholder, Self.text($0.shape)) })
    }
    result += "\noptions:\n"
    result += table(
      options.map { option in
        let value = option.shape.placeholder
        return ("--\(option.name)" + (value.isEmpty ? "" : " " + value), Self.text(option.shape))
      } + [("--help, -h", "prints this help")])
    if !type.details.isEmpty {
      let parts = type.details.split(separator: "PROGRAM", omittingEmptySubsequences: false)
      result += "\n\(parts.joined(separator: program))\n"
    }
    if !type.examples.isEmpty {
      result += "\nexamples:\n"
      result += type.examples.map { "  \(program) \($0)\n" }.joined()
    }
    return result
  }

  private static func form(_ operand: NamedArgument) -> String {
    let shape = operand.shape
    let name = shape.placeholder + (shape.repeats ? "…" : "")
    return shape.isRequired ? name : "[\(name)]"
  }

  private static func text(_ shape: ArgumentShape) -> String {
    var notes: [String] = []
    if !shape.choices.isEmpty { notes.append(shape.choices.joined(separator: ", ")) }
    if let bounds = shape.bounds { notes.append(bounds.inWords) }
    if shape.repeats, shape.role == .option { notes.append("may be repeated") }
    if let standard = shape.standard { notes.append("default \(standard)") }
    return shape.text + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
  }

  // MARK: Layout

  /// Two columns, the second broken at blanks.
  private func table(_ rows: [(String, String)]) -> String {
    let column = (rows.map(\.0.count).filter { $0 <= 28 }.max() ?? 0) + 4
    let margin = String(repeating: " ", count: column)
    return rows.map { name, text in
      var line = "  " + name
      let lines = Self.wrapped(text, Self.width - column)
      if line.count + 2 > column {
        line += "\n" + margin
      } else {
        line += String(repeating: " ", count: column - line.count)
      }
      return line + lines.joined(separator: "\n" + margin) + "\n"
    }.joined()
  }

  static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }
}
