import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct TransposedConv2DTests {
  @Test func agreesWithReference() throws {
    let references = try Oracle.cases("../layers/transposed_conv2d")
    #expect(references.count == 4)
    for reference in references {
      func pair(_ name: String) -> Pair {
        let numbers = reference.integers(name)!
        return Pair(numbers[0], numbers[1])
      }
      try compare(
        reference,
        TransposedConv2D(
          Int(reference.number("filters")!), kernel: pair("kernel"), stride: pair("stride"),
          padding: .amount(pair("padding")), outputPadding: pair("output_padding"),
          dilation: pair("dilation"), groups: Int(reference.number("groups")!),
          bias: reference.flag("bias")!))
    }
  }

  /// A place of the output sees two of four channels through six taps.
  @Test func fansAreThoseOfAGroup() throws {
    let layer = TransposedConv2D(6, kernel: Pair(2, 3), groups: 2)
    let weight = try record(layer, [1, 4, 5, 5]).variables.variables[0]
    #expect(weight.shape == [4, 3, 2, 3])
    guard case .drawn(_, let fanIn, let fanOut) = weight.initial else {
      Issue.record("no initializer")
      return
    }
    #expect(fanIn == 12 && fanOut == 18)
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(
      TransposedConv2D(2, kernel: 3, stride: 2, padding: .same, activation: Rectifier()),
      [2, 2, 2, 3])
  }

  @Test func samePaddingMultipliesTheSize() throws {
    for kernel in 1...4 {
      for stride in 1...3 {
        let layer = TransposedConv2D(
          2, kernel: Pair(kernel), stride: Pair(stride), padding: .same)
        #expect(try record(layer, [1, 3, 4, 5]).shape == [1, 2, 4 * stride, 5 * stride])
      }
    }
  }

  @Test func namesRolesAndShapes() throws {
    let (shape, variables) = try record(
      TransposedConv2D(6, kernel: Pair(3, 5), groups: 2), [2, 4, 8, 8])
    #expect(shape == [2, 6, 10, 12])
    #expect(variables["transposed_conv2d_1.weight"]?.shape == [4, 3, 3, 5])
    #expect(variables["transposed_conv2d_1.bias"]?.shape == [6])
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(TransposedConv2D(2), [4, 9], "takes images"))
    #expect(refuses(TransposedConv2D(2, groups: 2), [1, 3, 4, 4], "3 channels cannot be split"))
    #expect(refuses(TransposedConv2D(2, padding: 3), [1, 1, 2, 2], "leaves nothing"))
    #expect(throws: PluginError.self) { try TransposedConv2D(3, groups: 2).validate() }
    #expect(throws: PluginError.self) { try TransposedConv2D(3, outputPadding: 1).validate() }
  }
}
