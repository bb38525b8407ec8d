import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct AveragePoolTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/pooling", named: ["avg_pool2d", "avg_pool1d"]) {
      func number(_ name: String) -> Int { Int(reference.number(name)!) }
      try compare(
        reference,
        AveragePool(
          Pair(number("kernel_size")), stride: Pair(number("stride")),
          padding: .amount(Pair(number("padding"))),
          countsPadding: reference.flag("count_include_pad")!))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(AveragePool(2, stride: 1, padding: .same, countsPadding: false), [2, 2, 3, 4])
  }

  @Test func strideIsTheSizeUnlessGiven() throws {
    #expect(try record(AveragePool(2), [1, 2, 8, 6]).shape == [1, 2, 4, 3])
  }

  @Test func sequencesTakeOneNumber() throws {
    try checkSlopes(AveragePool(3, stride: 2, padding: 1, countsPadding: false), [2, 2, 5])
    #expect(
      try run(AveragePool(3, stride: 1, padding: 1), .init([1, 1, 3], [3, 6, 9])).values
        == [3, 6, 5])
    #expect(refuses(AveragePool(Pair(2, 3)), [1, 2, 8], "takes one number, not [2, 3]"))
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(AveragePool(2), [4, 9], "takes images"))
    #expect(throws: PluginError.self) { try AveragePool(2, padding: 2).validate() }
  }
}
