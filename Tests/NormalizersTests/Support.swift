import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

/// All rows of an oracle's array, or others, as training samples.
func training(_ values: [Double], _ shape: Shape, names: [String] = []) throws -> TrainingSamples {
  let dataset = try ArrayDataset(
    DataDescription(sampleShape: shape, featureNames: names, target: .none),
    features: values.map { Float($0) }, targets: [])
  return TrainingSamples(dataset, rows: Array(0..<dataset.count))
}

func training(_ array: Evaluation.Array) throws -> TrainingSamples {
  try training(array.values, Shape(Array(array.shape.dimensions.dropFirst())))
}

extension Transform {
  /// The transformed samples, with their shape.
  func applied(to array: Evaluation.Array) -> Evaluation.Array {
    let count = array.shape[0]
    let input = array.values.map { Float($0) }
    var output = [Float](repeating: .nan, count: count * outputShape.count)
    input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { apply(input, count: count, to: $0) }
    }
    return .init(Shape([count] + outputShape.dimensions), output.map { Double($0) })
  }

  /// The way back; `nil` when there is none.
  func inverted(_ array: Evaluation.Array) -> Evaluation.Array? {
    var values = array.values.map { Float($0) }
    let done = values.withUnsafeMutableBufferPointer { invert($0, count: array.shape[0]) }
    return done ? .init(array.shape, values.map { Double($0) }) : nil
  }

  func fitted(_ name: String) -> [Double] { state[name]?.values.map { Double($0) } ?? [] }
}

/// Fits to a case's `train` and compares `train` and `test` after the transform; also that the saved
/// state gives the same transform, and that what can be undone comes back.
func check(_ reference: OracleCase, _ plugin: any FittedPlugin, invertible: Bool = true) throws {
  let train = try #require(reference.inputs["train"])
  let transform = try plugin.fit(try training(train))
  let restored = try plugin.restore(transform.state, sampleShape: transform.outputShape)
  for name in ["train", "test"] {
    guard let input = reference.inputs[name], let expected = reference.outputs[name] else {
      continue
    }
    let found = transform.applied(to: input)
    let problem = reference.difference(name, found, expected, precision: .single)
    #expect(problem == nil, "\(reference.id)")
    #expect(restored.applied(to: input).values == found.values, "\(reference.id) restored")
    if invertible {
      let back = try #require(transform.inverted(found))
      #expect(reference.difference("inverse of \(name)", back, input, precision: .single) == nil)
    } else {
      #expect(transform.inverted(found) == nil)
    }
  }
}

/// The message of the error that the body throws; empty when it throws none.
func complaint(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return ""
}
