/// `help COMMAND`
struct HelpCommand: Command {
  static let name = "help"
  static let summary = "tells about a command"
  static let examples = ["help train", "help plugins show"]

  @Operand("the command", as: "COMMAND", completes: .commands) var command: [String]

  func run(_ context: Context) throws -> ExitStatus {
    guard let text = context.help.text(command) else {
      throw Parser(root: Commands.root).unknownCommand(command)
    }
    context.print(text)
    return .done
  }
}
