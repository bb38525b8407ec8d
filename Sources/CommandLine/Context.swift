import EspalierHost
import EspalierProtocols

/// What a command works with.
struct Context: Sendable {
  let program: CommandLineTool
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
      note("`\(program.name) \(more)` tells more")
      return .wrongUsage
    case let problems as ConfigurationProblems:
      console.error.write(diagnosticText.text(problems))
      return .wrongUsage
    case let failure as RunFailure:
      if let diagnostic = failure.diagnostic {
        console.error.write(diagnosticText.text(ConfigurationProblems([diagnostic])))
      } else {
        note("error: \(failure.message)")
      }
      if let folder = failure.folder, let checkpoint = failure.checkpoint {
        note(
          "the state was saved; go on with: \(program.name) resume "
            + "\(TrainingReport.quoted(folder)) --checkpoint \(checkpoint)")
      }
      return .failed
    case let failure as CommandFailure:
      note("error: \(failure.message)")
      return .failed
    default:
      note("error: \(error)")
      return .failed
    }
  }

  /// The plugins that the runs of a sweep need.
  func catalog(forSweep sweep: String) throws -> Catalog {
    let known = SweepLoader(
      ConfigurationLoader(catalog: try program.catalog(), environment: console.environment))
    // A sweep with a config of its own names no packages.
    return try catalog(for: known.configFile(of: sweep) ?? sweep)
  }

  /// Opens a run's folder.
  func trainedRun(_ folder: String, threads: Int?) throws -> TrainedRun {
    try TrainedRun.open(
      folder, catalog: try catalog(forRun: folder), defaults: program.defaults(), threads: threads)
  }

  /// Opens an ensemble's folder.
  func ensemble(_ folder: String, threads: Int?) throws -> Ensemble {
    let members = try Ensemble.members(of: folder)
    return try Ensemble.open(
      folder, catalog: try members.first.map { try catalog(forRun: $0) } ?? program.catalog(),
      defaults: program.defaults(), threads: threads)
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
