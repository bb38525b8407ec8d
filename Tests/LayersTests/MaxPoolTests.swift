import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct MaxPoolTests {
  // Skipped: windows with gaps, which no network in use has.
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/pooling", named: ["max_pool2d", "max_pool1d"])
    where reference.number("dilation") == 1 {
      func number(_ name: String) -> Int { Int(reference.number(name)!) }
      try compare(
        reference,
        MaxPool(
          Pair(number("kernel_size")), stride: Pair(number("stride")),
          padding: .amount(Pair(number("padding"))), partial: reference.flag("ceil_mode")!))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(MaxPool(Pair(2, 3), stride: Pair(1, 2), padding: .same), [2, 2, 4, 5])
  }

  @Test func strideIsTheSizeUnlessGiven() throws {
    #expect(try record(MaxPool(3), [1, 2, 9, 6]).shape == [1, 2, 3, 2])
    #expect(try record(MaxPool(3, stride: 1), [1, 2, 9, 6]).shape == [1, 2, 7, 4])
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
  }
}
