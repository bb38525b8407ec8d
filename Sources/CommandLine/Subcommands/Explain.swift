import EspalierHost
import EspalierProtocols

/// `explain CODE`
struct ExplainCommand: Command {
  static let name = "explain"
  static let summary = "tells more about an error or a warning: E0112"
  static let otherNames = ["why"]
  static let examples = ["explain E0112"]

  @Operand(
    "the code in brackets behind `error` or `warning`", as: "CODE",
    completes: .values(DiagnosticCode.allCases.map(\.rawValue))) var code: String

  func run(_ context: Context) throws -> ExitStatus {
    guard let found = DiagnosticCode(typed: code) else {
      let shown = Parser.shown(code)
      if let entry = try context.program.catalog().entries.first(where: { $0.answers(to: code) }) {
        throw UsageError(
          "`\(shown)` is no code but \(entry.kind.withArticle); "
            + "did you mean `plugins show \(shown)`?")
      }
      throw UsageError(
        "there is no code `\(shown)`"
          + Parser.suggestion(code, DiagnosticCode.allCases.map(\.rawValue)))
    }
    context.print("\(found.severity.rawValue) \(found.rawValue)\n\n\(found.explanation)\n")
    return .done
  }
}

extension PluginKind {
  var withArticle: String { ("aeiou".contains(name.first ?? "x") ? "an " : "a ") + name }
}
