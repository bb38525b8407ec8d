import EspalierInitializers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct OrthogonalTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("initializers/orthogonal", named: ["orthogonal"]) {
      let rows = Int(reference.number("rows")!)
      let columns = Int(reference.number("columns")!)
      let gain = reference.number("gain")!
      let values = try draw(Orthogonal(gain: Float(gain)), reference)
      let size = min(rows, columns)
      for a in 0..<size {
        for b in 0...a {
          // The product of two rows, or of two columns, whichever there are fewer of.
          let product = (0..<max(rows, columns)).reduce(0.0) {
            rows <= columns
              ? $0 + values[a * columns + $1] * values[b * columns + $1]
              : $0 + values[$1 * columns + a] * values[$1 * columns + b]
          }
          let expected = a == b ? gain * gain : 0
          #expect(abs(product - expected) <= reference.allowance(expected, .single))
        }
      }
    }
  }

  /// Vectors of length 3, which are the rows or columns that are fewer; no place stays empty.
  @Test(arguments: [[4, 6], [6, 4], [5, 5], [1, 5], [5, 1], [3, 2, 2, 2]])
  func gainIsTheLengthOfTheVectors(_ dimensions: [Int]) throws {
    let shape = Shape(dimensions)
    var random = CounterRandom(seed: 1, stream: "test")
    let values = try Orthogonal(gain: 3).values(
      for: ParameterDescription(name: "dense_1.weight", shape: shape, fanIn: 1, fanOut: 1),
      random: &random
    ).map { Double($0) }
    let (rows, columns) = (shape[0], shape.count / shape[0])
    #expect(values.count == rows * columns && values.allSatisfy { $0 != 0 })
    for vector in 0..<min(rows, columns) {
      let places =
        rows <= columns
        ? Array(vector * columns..<(vector + 1) * columns)
        : Array(stride(from: vector, to: rows * columns, by: columns))
      let square = places.reduce(0) { $0 + values[$1] * values[$1] }
      #expect(abs(square - 9) < 1e-5)
    }
  }

  @Test func orthonormalizationAgreesWithReference() throws {
    for reference in try Oracle.cases("initializers/orthogonal", named: ["gram_schmidt_rows"]) {
      var rows = reference.inputs["A"]!
      Orthogonal.orthonormalize(&rows.values, count: rows.shape[0], length: rows.shape[1])
      #expect(reference.difference("Q", rows, reference.outputs["Q"]!) == nil)
    }
  }

  @Test func offsetsAreRefused() {
    var random = CounterRandom(seed: 1, stream: "test")
    #expect(throws: PluginError.self) {
      _ = try Orthogonal().values(
        for: ParameterDescription(name: "dense_1.bias", shape: [4], fanIn: 4, fanOut: 4),
        random: &random)
    }
  }
}
