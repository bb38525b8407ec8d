import Espalier
import Foundation
import Testing

@testable import EspalierReports

/// Tests that train share the process's threads.
@Suite(.serialized) enum Pages {}

private let builtIn = Result { try defaultCatalog() }

/// Trains a config in a folder of its own, which holds the run as `run`.
@discardableResult func train(
  _ config: String, in folder: String, name: String = "run", sets: [String] = [],
  hooks: [any Callback] = []
) throws -> TrainingResult {
  let path = folder + "/\(name).yaml"
  try write(config, to: path)
  var options = TrainingOptions()
  options.output = folder + "/" + name
  options.catchesSignals = false
  options.hooks = hooks
  var defaults = HostDefaults.standard
  defaults.callbacks.removeAll { $0.pluginName == "progress" }
  let catalog = try builtIn.get()
  return try Training.run(
    ConfigurationLoader.load(path: path, catalog: catalog, sets: sets), catalog: catalog,
    defaults: defaults, options: options)
}

func write(_ text: String, to path: String) throws {
  try text.write(toFile: path, atomically: true, encoding: .utf8)
}

func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// A new folder that is gone afterwards.
func inTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "espalier-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
