import EspalierHost
import EspalierProtocols
import Foundation

/// The parts of a config that always must be there.
let needed = """
  data: {source: {csv: {path: digits.csv, target: label}}}
  model: [{dense: {units: 64, activation: relu}}, {dense: {units: 10}}]
  loss: cross_entropy
  optimizer: {adam: {learning_rate: 1e-3}}

  """

/// Loads `main.yaml` out of texts by name.
func load(
  _ files: [String: String], _ sets: [String] = [], environment: [String: String] = [:],
  path: String = "main.yaml"
) throws(ConfigurationProblems) -> RunConfiguration {
  let loader = ConfigurationLoader(
    catalog: testCatalog, environment: environment, files: files.mapValues { Array($0.utf8) })
  return try loader.load(path, sets: sets)
}

func load(
  _ text: String, _ sets: [String] = [], environment: [String: String] = [:]
) throws(ConfigurationProblems) -> RunConfiguration {
  try load(["main.yaml": text], sets, environment: environment)
}

/// The problems of a config; empty for a right one.
func problems(
  _ text: String, _ sets: [String] = [], environment: [String: String] = [:]
) -> [Diagnostic] {
  do throws(ConfigurationProblems) {
    return try load(text, sets, environment: environment).warnings
  } catch {
    return error.diagnostics
  }
}

extension ConfigValue {
  /// The value at a path of keys.
  subscript(path: String...) -> ConfigValue? {
    var value: ConfigValue? = self
    for key in path { value = value?[key] }
    return value
  }
}

/// A text of the folder of fixtures.
func fixture(_ name: String) throws -> String {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")
  return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
}
