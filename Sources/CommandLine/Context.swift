import EspalierHost
import EspalierProtocols

/// What a program that has this command line is made of.
package struct Program: Sendable {
  /// As the user calls it.
  package var name: String
  /// Makes the catalog; most commands need it, `version` and `help` do not.
  package var catalog: @Sendable () throws -> Catalog
  package var defaults: @Sendable () -> HostDefaults

  package init(
    name: String, catalog: @escaping @Sendable () throws -> Catalog,
    defaults: @escaping @Sendable () -> HostDefaults
  ) {
    self.name = name
    self.catalog = catalog
    self.defaults = defaults
  }

  /// Runs a command line and returns the process's exit status.
  ///
  /// - Parameter arguments: the words behind the program's name.
  package func run(_ arguments: [String], console: Console) -> Int32 {
    let context = Context(program: self, console: console, arguments: arguments)
    var status: ExitStatus
    do {
      status = try run(arguments, context)
    } catch {
      status = context.report(error)
    }
    if let problem = console.output.problem, status == .done {
      console.error.write("error: standard output: \(problem)\n")
      status = .failed
    }
    return status.code
  }

  private func run(_ arguments: [String], _ context: Context) throws -> ExitStatus {
    // Asked by the shells at each press of the tabulator; not for people, hence not in the tree.
    if arguments.first == CompletionScripts.question {
      return CompletionScripts.answer(Array(arguments.dropFirst()), context)
    }
    guard !arguments.isEmpty else {
      context.console.error.write(context.help.text([]) ?? "")
      return .wrongUsage
    }
    switch try Parser(root: Commands.root).parse(arguments) {
    case .help(let path):
      context.print(context.help.text(path) ?? "")
      return .done
    case .run(let command, let path):
      do {
        return try command.run(context)
      } catch var error as UsageError {
        if error.path.isEmpty { error.path = path }
        throw error
      }
    }
  }
}

/// What a command works with.
struct Context: Sendable {
  let program: Program
  let console: Console
  /// The words behind the program's name.
  let arguments: [String]

  var help: Help { Help(program: program.name, root: Commands.root) }

  /// Writes a result to standard output.
  func print(_ text: String) { console.output.write(text) }

  /// Tells something that is no result.
  func note(_ text: String) { console.error.write(text + "\n") }

  var diagnosticText: DiagnosticText { DiagnosticText(colour: console.error.hasColour) }

  /// Tells why a command ended.
  func report(_ error: any Error) -> ExitStatus {
    switch error {
    case let error as UsageError:
      note("error: \(error.message)")
      let more = (["help"] + error.path).joined(separator: " ")
      note("`\(program.name) \(more)` tells what there is")
      return .wrongUsage
    case let problems as ConfigurationProblems:
      console.error.write(diagnosticText.text(problems))
      return .wrongUsage
    case let failure as CommandFailure:
      note("error: \(failure.message)")
      return .failed
    default:
      note("error: \(error)")
      return .failed
    }
  }

  /// Reads a config; warnings are told at once.
  func configuration(
    _ path: String, set: [String], catalog: Catalog
  ) throws -> RunConfiguration {
    let configuration = try ConfigurationLoader.load(
      path: path, catalog: catalog, sets: set, environment: console.environment)
    if !configuration.warnings.isEmpty {
      console.error.write(diagnosticText.text(ConfigurationProblems(configuration.warnings)))
    }
    return configuration
  }
}
