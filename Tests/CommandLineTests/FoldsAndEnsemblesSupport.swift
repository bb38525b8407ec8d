import EspalierHost
import Foundation
import Testing

/// A table of two classes that overlap, of 12 patients, and a config for it.
enum Patients {
  static let table: String = {
    var rows = ["x,y,patient,label"]
    for index in 0..<144 {
      let x = Double(index % 12) - 5.5
      let y = Double(index / 12) - 4.5
      let noise = Double(index * 37 % 11) - 5
      rows.append("\(x),\(y),p\(index * 5 % 12),\(x + y + noise > 0 ? "ill" : "well")")
    }
    return rows.joined(separator: "\n") + "\n"
  }()

  static let config = """
    data:
      source: {csv: {path: table.csv, target: label, ignore: [patient]}}
      split: {validation: 0.2, test: 0.25}
      normalize: [standardize]
    model:
      - dense: {units: 8, activation: tanh}
      - dense: {units: 2}
    loss: cross_entropy
    optimizer: {adam: {learning_rate: 0.05}}
    metrics: [accuracy, log_loss]
    training: {epochs: 4, batch_size: 16, seed: 5}

    """

  static func inFolder(_ body: (String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      try write(table, to: folder + "/table.csv")
      try write(config, to: folder + "/run.yaml")
      try body(folder)
    }
  }
}

/// The lines of a table, each as its fields, without the header.
func rows(_ path: String) throws -> [[String]] {
  try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

/// A number deep in JSON: `figure(page, "validation", "loss", "mean")`.
func figure(_ value: Any?, _ path: String...) throws -> Double {
  var value = value
  for key in path {
    if let index = Int(key) {
      value = (value as? [Any])?[index]
    } else {
      value = (value as? [String: Any])?[key]
    }
  }
  return try #require((value as? NSNumber)?.doubleValue, "\(path)")
}
