import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Foundation
import Testing

/// Rows of features with classes, or values, as training samples.
func training(
  _ values: [Double], width: Int, names: [String] = [], target: TargetDescription = .none,
  targets: [Double] = []
) throws -> TrainingSamples {
  let dataset = try ArrayDataset(
    DataDescription(sampleShape: [width], featureNames: names, target: target),
    features: values.map { Float($0) }, targets: targets.map { Float($0) })
  return TrainingSamples(dataset, rows: Array(0..<dataset.count))
}

extension OracleCase {
  /// The case's samples, with its labels or values.
  func training() throws -> TrainingSamples {
    let x = inputs["x"]!
    if let labels = inputs["labels"] {
      let count = Int(labels.values.max()!) + 1
      return try SelectorsTests.training(
        x.values, width: x.shape[1], target: .classes((0..<count).map { "\($0)" }),
        targets: labels.values)
    }
    guard let y = inputs["y"] else {
      return try SelectorsTests.training(x.values, width: x.shape[1])
    }
    return try SelectorsTests.training(
      x.values, width: x.shape[1], target: .values(["y"]), targets: y.values)
  }
}

extension Transform {
  var kept: [Int] { (self as? FeatureSelection)?.features ?? [] }
  var scores: [Double] { state["scores"]?.values.map { Double($0) } ?? [] }
}

/// Tests/Fixtures/selectors/scores.json, and the table that it is of.
struct Scores {
  private let entry: EspalierReferences.JSON
  let training: TrainingSamples

  init(_ name: String) throws {
    let url = URL(fileURLWithPath: Oracle.path("../selectors/scores.json"))
    let json = try JSONDecoder().decode(EspalierReferences.JSON.self, from: Data(contentsOf: url))
    entry = try #require(json[name])
    let path = Oracle.path("../../../Examples/data/\(name).csv")
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",").map { Double($0)! } }
    let width = rows[0].count - 1
    training = try SelectorsTests.training(
      rows.flatMap { $0.dropLast() }, width: width,
      target: name == "wine" ? .classes(["0", "1", "2"]) : .values(["y"]),
      targets: rows.map { $0[width] })
  }

  func number(_ key: String) -> Double { entry[key]?.number ?? .nan }
  func numbers(_ key: String) -> [Double] { entry[key]?.list?.compactMap(\.number) ?? [] }

  /// The places of the greatest of some numbers.
  func best(_ key: String, _ count: Int) -> [Int] {
    let scores = numbers(key)
    return scores.indices.sorted { scores[$0] > scores[$1] }.prefix(count).sorted()
  }
}

/// Whether each number is within a share of the expected one, or of the greatest.
func agree(_ found: [Double], _ expected: [Double], within share: Double) -> Bool {
  let scale = expected.map(\.magnitude).max() ?? 1
  return found.count == expected.count && !found.isEmpty
    && zip(found, expected).allSatisfy {
      ($0 - $1).magnitude <= share * max($1.magnitude, scale * 1e-3)
    }
}

/// The message of the error that the body throws; empty when it throws none.
func complaint(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return ""
}
