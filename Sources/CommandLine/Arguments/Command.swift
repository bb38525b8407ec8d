/// A subcommand: its properties are its arguments, its `run` does the work.
protocol Command: Sendable {
  static var name: String { get }
  /// What it does, in one line that begins with a verb.
  static var summary: String { get }
  /// What else there is to know, shown in its help; `PROGRAM` stands for the program's name.
  static var details: String { get }
  /// Command lines without the program's name, shown in its help.
  static var examples: [String] { get }
  /// What people might type for it; such words get the command as an answer.
  static var otherNames: [String] { get }

  init()
  func run(_ context: Context) throws -> ExitStatus
}

extension Command {
  static var details: String { "" }
  static var examples: [String] { [] }
  static var otherNames: [String] { [] }
}

/// Commands under a common word: `plugins list`, `plugins show`.
struct CommandGroup: Sendable {
  let name: String
  let summary: String
  let members: [CommandNode]

  subscript(name: String) -> CommandNode? { members.first { $0.name == name } }

  /// All commands in it, however deep, each with the words that lead to it.
  var commands: [(path: [String], type: any Command.Type)] {
    members.flatMap { member -> [(path: [String], type: any Command.Type)] in
      switch member {
      case .command(let type): [([type.name], type)]
      case .group(let group): group.commands.map { ([group.name] + $0.path, $0.type) }
      }
    }
  }
}

enum CommandNode: Sendable {
  case command(any Command.Type)
  case group(CommandGroup)

  var name: String {
    switch self {
    case .command(let type): type.name
    case .group(let group): group.name
    }
  }

  var summary: String {
    switch self {
    case .command(let type): type.summary
    case .group(let group): group.summary
    }
  }
}

/// How a command ended, as the shell sees it.
enum ExitStatus: Sendable, Hashable {
  case done
  /// The run failed, or what was asked for could not be done.
  case failed
  /// The command line or the config is wrong.
  case wrongUsage
  case interrupted(signal: Int32)

  var code: Int32 {
    switch self {
    case .done: 0
    case .failed: 1
    case .wrongUsage: 2
    case .interrupted(let signal): 128 + signal
    }
  }
}

/// The command line is wrong.
struct UsageError: Error {
  let message: String
  /// The command whose help tells more, as words.
  var path: [String]

  init(_ message: String, path: [String] = []) {
    self.message = message
    self.path = path
  }
}

/// What was asked for could not be done; the message is complete.
struct CommandFailure: Error {
  let message: String
  init(_ message: String) { self.message = message }
}
