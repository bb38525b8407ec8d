import EspalierFormats
import EspalierProtocols
import Foundation

/// What a run's folder tells without its model or data: config, summary and the course by epochs.
///
/// Opens folders of runs that are under way or failed too: what is not there yet is missing here.
package struct RunRecord: Sendable {
  /// The results of an epoch.
  package struct Epoch: Sendable {
    package let number: Int
    /// Finished results by name, `train_loss`, `validation_accuracy`, with `learning_rate`, `step` and
    /// `seconds` among them.
    package let results: [String: Double]
  }

  /// A value of the config: `optimizer.adam.learning_rate`, 0.001.
  package struct Setting: Sendable, Hashable {
    package let path: String
    package let value: ConfigValue
  }

  package let folder: String
  /// What the run is called.
  package let name: String
  /// Every value of the config, defaults included, in the order of its file.
  package let settings: [Setting]
  /// What it came to; `nil` for a run that has not ended.
  package let summary: RunSummary?
  /// Its epochs in order, from `history.csv`; none where the run kept no such table.
  package let epochs: [Epoch]

  /// - Throws: ``RunFailure`` when the folder is none of a run, or a file of it cannot be read.
  package init(reading folder: String) throws(RunFailure) {
    self.folder = folder
    guard FileManager.default.fileExists(atPath: folder + "/config.yaml") else {
      throw RunFailure.noRun(folder)
    }
    do {
      let config = try Self.config(folder + "/config.yaml")
      var settings: [Setting] = []
      Self.collect(config, at: "", into: &settings)
      self.settings = settings
      summary = try Self.summary(folder + "/summary.json")
      epochs = try Self.epochs(folder + "/history.csv")
      var name = (folder as NSString).lastPathComponent
      if case .text(let own)? = config["name"] { name = own }
      self.name = name
    } catch let failure as RunFailure {
      throw failure
    } catch {
      throw RunFailure("\(error)", folder: folder)
    }
  }

  /// A value of the config by its path.
  package subscript(setting path: String) -> ConfigValue? {
    settings.first { $0.path == path }?.value
  }

  private static func config(_ path: String) throws -> ConfigValue {
    var files = ConfigFileLoader(catalog: Catalog(), environment: [:]) {
      (path) throws(ConfigFileProblem) in try ConfigFiles.read(path)
    }
    guard let tree = files.load(path), files.problems.isEmpty else {
      throw RunFailure(
        "\(path) cannot be read: \(files.problems.first?.message ?? "it is no config")")
    }
    return tree.value()
  }

  private static func collect(_ value: ConfigValue, at path: String, into all: inout [Setting]) {
    switch value {
    case .table(let entries) where !entries.isEmpty:
      for entry in entries {
        collect(entry.value, at: path.isEmpty ? entry.key : path + "." + entry.key, into: &all)
      }
    case .list(let values) where values.contains(where: \.isTable):
      for (index, value) in values.enumerated() {
        collect(value, at: "\(path)[\(index)]", into: &all)
      }
    default: all.append(Setting(path: path, value: value))
    }
  }

  private static func summary(_ path: String) throws -> RunSummary? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do { return try decoder.decode(RunSummary.self, from: data) } catch {
      let reason =
        if case .keyNotFound(let key, _)? = error as? DecodingError {
          "it has no `\(key.stringValue)`"
        } else {
          "it is damaged; the run's other files may be sound"
        }
      throw RunFailure("\(path) is no summary of a run: \(reason)")
    }
  }

  private static func epochs(_ path: String) throws -> [Epoch] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let file = try MappedFile(path)
    return try withExtendedLifetime(file) {
      var reader = try CSVReader(file.bytes, file: path, separator: UInt8(ascii: ","))
      guard try reader.next() else { return [] }
      let columns = (0..<reader.count).map { reader.text($0) }
      var epochs: [Epoch] = []
      // A run under way may be writing its last line just now.
      while try reader.next(), reader.count == columns.count {
        var results: [String: Double] = [:]
        for (place, column) in columns.enumerated() {
          if let number = Double(reader.text(place)) { results[column] = number }
        }
        guard let number = results.removeValue(forKey: "epoch") else { continue }
        epochs.append(Epoch(number: Int(exactly: number) ?? epochs.count + 1, results: results))
      }
      return epochs
    }
  }
}

extension ConfigValue {
  fileprivate var isTable: Bool { if case .table = self { true } else { false } }
}
