import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct MaxPoolTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/pooling", named: ["max_pool2d", "max_pool1d"]) {
      func number(_ name: String) -> Int { Int(reference.number(name)!) }
      try compare(
        reference,
        MaxPool(
          Pair(number("kernel_size")), stride: Pair(number("stride")),
          padding: .amount(Pair(number("padding"))), dilation: Pair(number("dilation")),
          partial: reference.flag("ceil_mode")!))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(MaxPool(Pair(2, 3), stride: Pair(1, 2), padding: .same), [2, 2, 4, 5])
  }

  @Test func strideIsTheSizeUnlessGiven() throws {
    #expect(try record(MaxPool(3), [1, 2, 9, 6]).shape == [1, 2, 3, 2])
    #expect(try record(MaxPool(3, stride: 1), [1, 2, 9, 6]).shape == [1, 2, 7, 4])
  }

  @Test func windowsWithGaps() throws {
    let x = numbers([1, 2, 6, 5])
    let y = try run(MaxPool(2, stride: 1, padding: 1, dilation: 2), x)
    #expect(y.shape == [1, 2, 6, 5])
    for (channel, row, column) in [(0, 0, 0), (1, 5, 4), (1, 2, 3), (0, 5, 0)] {
      let places = [-1, 1].flatMap { i in [-1, 1].map { (row + i, column + $0) } }
      let seen = places.filter { 0..<6 ~= $0.0 && 0..<5 ~= $0.1 }
        .map { x.values[(channel * 6 + $0.0) * 5 + $0.1] }
      #expect(y.values[(channel * 6 + row) * 5 + column] == seen.max()!)
    }
    try checkSlopes(MaxPool(2, padding: .same, dilation: Pair(2, 1)), [1, 2, 5, 4])
    #expect(refuses(MaxPool(3, dilation: 3), [1, 1, 4, 4], "with gaps is larger"))
    // The gradient of equal values goes to the first.
    let ones = Evaluation.Array([1, 1, 3, 3], [Double](repeating: 1, count: 9))
    let slope = try Evaluation.run(inputs: ["x": ones]) { recorder, tensors in
      let layer = MaxPool(2, dilation: 2)
      let y = try layer(tensors["x"]!, in: Scope(recorder))
      return ["dx": y.sum().gradients(for: [tensors["x"]!])[0]]
    }["dx"]!.values
    #expect(slope == [1, 0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func sequencesTakeOneNumber() throws {
    try checkSlopes(MaxPool(3, stride: 2, padding: .same), [2, 2, 6])
    #expect(try record(MaxPool(2, partial: true), [1, 2, 7]).shape == [1, 2, 4])
    #expect(refuses(MaxPool(2, stride: Pair(1, 2)), [1, 2, 8], "takes one number, not [1, 2]"))
    #expect(refuses(MaxPool(3, padding: .amount(Pair(0, 1))), [1, 2, 8], "takes one number"))
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(MaxPool(2), [4, 9], "takes images"))
    #expect(refuses(MaxPool(5), [1, 1, 3, 3], "larger than the image"))
    #expect(throws: PluginError.self) { try MaxPool(2, padding: 2).validate() }
    // At most half, of rows and of columns.
    for padding in [Pair(1, 2), Pair(0, 2), Pair(1, 0)] {
      #expect(throws: Never.self) {
        try MaxPool(Pair(2, 4), padding: .amount(padding)).validate()
      }
    }
    for padding in [Pair(2, 2), Pair(1, 3)] {
      #expect(throws: PluginError.self) {
        try MaxPool(Pair(2, 4), padding: .amount(padding)).validate()
      }
    }
  }
}
