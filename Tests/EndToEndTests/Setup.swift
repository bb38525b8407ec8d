import Espalier
import Foundation

/// The project's own folder.
let project = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// Runs a config without writing anything.
func train(_ path: String, sets: [String] = []) throws -> TrainingResult {
  let catalog = try defaultCatalog()
  let configuration = try ConfigurationLoader.load(path: path, catalog: catalog, sets: sets)
  var options = TrainingOptions()
  options.writesFolder = false
  return try Training.run(
    configuration, catalog: catalog, defaults: .standard, options: options)
}
