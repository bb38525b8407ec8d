import EspalierHost
import EspalierProtocols

/// What a program that has this command line is made of.
package struct CommandLineTool: Sendable {
  /// As the user calls it.
  package var name: String
  /// What it has beside the built-in plugins.
  package var bundles: [PluginBundle]
  /// Makes the catalog; most commands need it, `version` and `help` do not.
  package var catalog: @Sendable () throws -> Catalog
  package var defaults: @Sendable () -> HostDefaults

  package init(
    name: String, bundles: [PluginBundle] = [], catalog: @escaping @Sendable () throws -> Catalog,
    defaults: @escaping @Sendable () -> HostDefaults
  ) {
    self.name = name
    self.bundles = bundles
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
