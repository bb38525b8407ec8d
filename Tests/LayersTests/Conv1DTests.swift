import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct Conv1DTests {
  @Test func agreesWithReference() throws {
    let references = try Oracle.cases("layers/conv1d")
    #expect(references.count == 3)
    for reference in references {
      func number(_ name: String) -> Int { Int(reference.number(name)!) }
      try compare(
        reference,
        Conv1D(
          number("out_channels"), kernel: reference.integers("kernel_size")![0],
          stride: number("stride"), padding: .amount(Pair(number("padding"))),
          dilation: number("dilation"), groups: number("groups"), bias: reference.flag("bias")!))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(
      Conv1D(4, kernel: 3, stride: 2, padding: .same, groups: 2, activation: Rectifier()),
      [2, 2, 7])
  }

  @Test func samePaddingKeepsTheLength() throws {
    for kernel in 1...5 {
      let layer = Conv1D(2, kernel: kernel, padding: .same)
      #expect(try record(layer, [1, 1, 7]).shape == [1, 2, 7])
    }
    #expect(try record(Conv1D(2, stride: 2, padding: .same), [1, 1, 7]).shape == [1, 2, 4])
  }

  @Test func namesRolesAndShapes() throws {
    let (shape, variables) = try record(Conv1D(6, kernel: 5, groups: 2), [2, 4, 8])
    #expect(shape == [2, 6, 4])
    #expect(variables["conv1d_1.weight"]?.shape == [6, 2, 5])
    #expect(variables["conv1d_1.bias"]?.shape == [6])
    #expect(variables["conv1d_1.bias"]?.role == .bias)
  }

  /// Two of four channels through five taps; six filters through five.
  @Test func fansAreThoseOfAGroup() throws {
    let variables = try record(Conv1D(6, kernel: 5, groups: 2), [2, 4, 8]).variables
    guard case .drawn(_, let fanIn, let fanOut)? = variables["conv1d_1.weight"]?.initial else {
      Issue.record("no initializer")
      return
    }
    #expect(fanIn == 10 && fanOut == 30)
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(Conv1D(2), [4, 9], "takes sequences"))
    #expect(refuses(Conv1D(2), [1, 1, 2], "larger than the image"))
    #expect(refuses(Conv1D(2, groups: 2), [1, 3, 4], "3 channels cannot be split"))
    #expect(throws: PluginError.self) { try Conv1D(3, groups: 2).validate() }
    #expect(throws: PluginError.self) { try Conv1D(3, padding: .amount(Pair(1, 2))).validate() }
  }
}
