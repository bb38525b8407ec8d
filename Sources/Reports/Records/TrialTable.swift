import EspalierFormats
import EspalierHost
import Foundation

/// The trials of a search, from `trials.csv` in its folder.
package struct TrialTable: Sendable {
  struct Trial: Sendable {
    let index: Int
    let state: String
    let score: Double?
    let epochs: Int?
    let seconds: Double?
    /// In the order of the parameters; empty where the trial has none of that name.
    let values: [String]
  }

  let folder: String
  let parameters: [String]
  let trials: [Trial]

  package static func isFolder(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/trials.csv")
  }

  /// - Throws: ``RunFailure`` when the table cannot be read.
  package init(reading folder: String) throws {
    self.folder = folder
    let path = folder + "/trials.csv"
    do {
      let file = try MappedFile(path)
      (parameters, trials) = try withExtendedLifetime(file) {
        try Self.read(try CSVReader(file.bytes, file: path, separator: UInt8(ascii: ",")), path)
      }
    } catch let failure as RunFailure {
      throw failure
    } catch { throw RunFailure("\(error)", folder: folder) }
  }

  private static func read(
    _ reader: CSVReader, _ path: String
  ) throws -> (parameters: [String], trials: [Trial]) {
    var reader = reader
    guard try reader.next() else { throw RunFailure("\(path) is empty") }
    let columns = (0..<reader.count).map { reader.text($0) }
    let fixed = ["index", "state", "score", "epochs", "seconds"]
    guard let index = columns.firstIndex(of: "index"), let state = columns.firstIndex(of: "state"),
      let score = columns.firstIndex(of: "score")
    else {
      throw RunFailure(
        "\(path) is no table of trials: it needs the columns index, state and score, and has "
          + columns.prefix(12).joined(separator: ", "))
    }
    let places = columns.indices.filter { !fixed.contains(columns[$0]) }
    var trials: [Trial] = []
    // A search under way may be writing its last line just now.
    while try reader.next(), reader.count == columns.count {
      func number(_ name: String) -> Double? {
        columns.firstIndex(of: name).flatMap { Double(reader.text($0)) }
      }
      let found = Double(reader.text(score)).flatMap { $0.isFinite ? $0 : nil }
      trials.append(
        Trial(
          index: Int(reader.text(index)) ?? trials.count, state: reader.text(state), score: found,
          epochs: number("epochs").flatMap { Int(exactly: $0) }, seconds: number("seconds"),
          values: places.map { reader.text($0) }))
    }
    return (places.map { columns[$0] }, trials)
  }

  /// The folder of a trial's run: `trial-0007`.
  func runFolder(of trial: Trial) -> String {
    let digits = String(trial.index)
    return folder + "/trial-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// The numbers of a parameter, where all its values are some.
  func numbers(of parameter: Int) -> [Double?]? {
    let words = trials.map { $0.values[parameter] }
    let numbers = words.map { Double($0).flatMap { $0.isFinite ? $0 : nil } }
    let isNumeric = zip(words, numbers).allSatisfy { $0.isEmpty || $1 != nil }
    return isNumeric && numbers.contains { $0 != nil } ? numbers : nil
  }
}
