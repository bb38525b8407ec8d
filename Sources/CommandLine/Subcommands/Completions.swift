import EspalierProtocols

/// `completions SHELL`
struct CompletionsCommand: Command {
  static let name = "completions"
  static let summary = "prints what a shell needs to complete command lines"
  static let otherNames = ["completion"]
  static let details = """
    bash: add `source <(PROGRAM completions bash)` to ~/.bashrc
    zsh:  add `source <(PROGRAM completions zsh)` to ~/.zshrc, behind compinit
    fish: PROGRAM completions fish > ~/.config/fish/completions/PROGRAM.fish
    """
  static let examples = ["completions bash"]

  @Operand("the shell", as: "SHELL") var shell: Shell

  func run(_ context: Context) throws -> ExitStatus {
    context.print(CompletionScripts.text(shell, program: context.program.name))
    return .done
  }
}

enum Shell: String, Choice { case bash, zsh, fish }
