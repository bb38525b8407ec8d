import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

/// A table of rows, with targets if there are any.
func table(
  _ rows: [[Float]], names: [String] = [], categories: [Int: [String]] = [:],
  target: TargetDescription = .none, targets: [Float] = []
) throws -> ArrayDataset {
  try ArrayDataset(
    DataDescription(
      sampleShape: [rows.first?.count ?? 1], featureNames: names, categories: categories,
      target: target), features: rows.flatMap { $0 }, targets: targets)
}

extension ArrayDataset {
  var training: TrainingSamples { TrainingSamples(self, rows: Array(0..<count)) }
  var source: SourceSamples { SourceSamples(self, rows: Array(0..<count)) }
}

/// All rows of an oracle's array as training samples.
func training(_ array: Evaluation.Array) throws -> TrainingSamples {
  let width = array.shape[1]
  return try table(
    (0..<array.shape[0]).map { row in
      array.values[row * width..<(row + 1) * width].map { Float($0) }
    }
  ).training
}

extension Transform {
  /// The transformed samples.
  func applied(to values: [Float], count: Int) -> [Float] {
    var output = [Float](repeating: .nan, count: count * outputShape.count)
    values.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { apply(input, count: count, to: $0) }
    }
    return output
  }

  func applied(to rows: [[Float]]) -> [[Float]] {
    let result = applied(to: rows.flatMap { $0 }, count: rows.count)
    let width = outputShape.count
    return rows.indices.map { Array(result[$0 * width..<($0 + 1) * width]) }
  }

  func applied(to array: Evaluation.Array) -> Evaluation.Array {
    let result = applied(to: array.values.map { Float($0) }, count: array.shape[0])
    return .init([array.shape[0], outputShape.count], result.map { Double($0) })
  }

  func fitted(_ name: String) -> Evaluation.Array {
    let values = state[name]?.values ?? []
    return .init([values.count], values.map { Double($0) })
  }
}

/// The message of the error that the body throws; empty when it throws none.
func complaint(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return ""
}

/// Equal, also where both are NaN.
func same(_ a: [[Float]], _ b: [[Float]]) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy {
      $0.count == $1.count && zip($0, $1).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    }
}
