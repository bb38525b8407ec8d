import Espalier
import Foundation

/// The project's own folder.
let project = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// Runs a config; without a folder it writes nothing.
func train(_ path: String, sets: [String] = [], output: String? = nil) throws -> TrainingResult {
  let catalog = try defaultCatalog()
  let configuration = try ConfigurationLoader.load(path: path, catalog: catalog, sets: sets)
  var options = TrainingOptions()
  options.output = output
  options.writesFolder = output != nil
  return try Training.run(
    configuration, catalog: catalog, defaults: .standard, options: options)
}

/// A folder for the time of a closure.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("espalier-" + UUID().uuidString).path
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
