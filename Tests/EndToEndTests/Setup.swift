import Espalier
import EspalierCheckout
import EspalierFormats
import Foundation
import Testing

/// All end-to-end tests, one after another: runs share the process's threads and signal handlers.
@Suite(.serialized) enum EndToEnd {}

/// The project's own folder.
let project = Checkout.root

let oracles = project + "/Tests/Fixtures/oracles/end_to_end"
let builtIn = Result { try defaultCatalog() }

/// The program as the build made it.
let program = Checkout.program

/// The standard program without its progress display.
let quiet = HostDefaults(
  backend: HostDefaults.standard.backend,
  callbacks: HostDefaults.standard.callbacks.filter { $0.pluginName != "progress" })

func load(_ path: String, sets: [String] = []) throws -> RunConfiguration {
  try ConfigurationLoader.load(path: path, catalog: builtIn.get(), sets: sets)
}

/// Runs a config, without writing anything unless a folder is given.
@discardableResult func train(
  _ path: String, sets: [String] = [], into folder: String? = nil, defaults: HostDefaults = quiet,
  hooks: [any Callback] = [], threads: Int? = nil
) throws -> TrainingResult {
  var options = TrainingOptions()
  options.writesFolder = folder != nil
  options.output = folder
  options.hooks = hooks
  options.threads = threads
  return try Training.run(
    load(path, sets: sets), catalog: builtIn.get(), defaults: defaults, options: options)
}

@discardableResult func resume(
  _ folder: String, checkpoint: String = "last", sets: [String] = [], hooks: [any Callback] = []
) throws -> TrainingResult {
  var options = TrainingOptions()
  options.hooks = hooks
  return try Training.resume(
    folder, checkpoint: checkpoint, catalog: builtIn.get(), defaults: quiet, options: options,
    sets: sets)
}

/// A folder that is gone after the test.
func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Writes a config and gives its path.
func write(_ text: String, _ folder: String, _ name: String = "config.yaml") throws -> String {
  let path = folder + "/" + name
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  return path
}

/// The elements of every tensor of a file, as bits, so that equal means equal.
func bits(_ path: String) throws -> [String: [UInt32]] {
  let file = try SafeTensors.read(path)
  var result: [String: [UInt32]] = [:]
  for name in file.names { result[name] = try file.tensor(name).values.map(\.bitPattern) }
  return result
}

func lines(_ path: String) throws -> [String] {
  try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
}

/// The table of a run's `history.csv`: columns by name.
func history(_ folder: String) throws -> [String: [String]] {
  let rows = try lines(folder + "/history.csv").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  let header = try #require(rows.first)
  return Dictionary(
    uniqueKeysWithValues: header.enumerated().map { column, name in
      (name, rows.dropFirst().map { $0[column] })
    })
}

/// A callback that is a closure, in every place where a test wants to look or to interfere.
struct Hook: Callback {
  static let manifest = Manifest("hook", "calls a closure")
  let events: Set<Event>
  private let body: @Sendable (Event, any RunState) throws -> Decision

  init() { self.init([]) { _, _ in .proceed } }
  init(
    _ events: Set<Event>,
    _ body: @escaping @Sendable (Event, any RunState) throws -> Decision
  ) {
    self.events = events
    self.body = body
  }
  mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    try body(event, run)
  }
}

/// What a run did, step by step and epoch by epoch.
///
/// A run calls its callbacks from one thread, and the test reads after the run.
final class Record: @unchecked Sendable {
  var losses: [Double] = []
  var rates: [Double] = []
  var norms: [Double] = []
  var epochs: [[String: Double]] = []
  var weights: [String: [Float]] = [:]

  /// - Parameter gradients: also look at gradients, which splits the step in two.
  func hook(gradients: Bool = false) -> Hook {
    var events: Set<Event> = [.batchEnd, .epochEnd, .runEnd]
    if gradients { events.insert(.afterBackward) }
    return Hook(events) { event, run in
      switch event {
      case .afterBackward:
        let squares = try run.parameterNames.compactMap { try run.gradient($0) }.joined()
          .reduce(0.0) { $0 + Double($1) * Double($1) }
        self.norms.append(squares.squareRoot())
      case .batchEnd:
        self.losses.append(run.batchLoss)
        self.rates.append(run.learningRate)
      case .epochEnd: self.epochs.append(run.metrics)
      default:
        for name in run.parameterNames { self.weights[name] = try run.parameter(name) }
      }
      return .proceed
    }
  }

  var weightBits: [String: [UInt32]] { weights.mapValues { $0.map(\.bitPattern) } }
}
