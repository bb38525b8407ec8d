import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct Conv2DTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/conv2d") {
      let kernel = reference.integers("kernel_size")!
      func number(_ name: String) -> Int { Int(reference.number(name)!) }
      try compare(
        reference,
        Conv2D(
          number("out_channels"), kernel: Pair(kernel[0], kernel[1]),
          stride: Pair(number("stride")),
          padding: .amount(Pair(number("padding"))), dilation: Pair(number("dilation")),
          groups: number("groups"), bias: reference.flag("bias")!))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(
      Conv2D(2, kernel: Pair(3, 2), stride: Pair(2, 1), padding: .same, activation: Rectifier()),
      [2, 2, 4, 3])
    try checkSlopes(Conv2D(4, kernel: 2, dilation: 2, groups: 2), [1, 4, 4, 4])
  }

  @Test func samePaddingKeepsTheSize() throws {
    for kernel in 1...5 {
      #expect(
        try record(Conv2D(2, kernel: Pair(kernel), padding: .same), [1, 1, 7, 6]).shape
          == [1, 2, 7, 6])
      #expect(
        try record(Conv2D(2, kernel: Pair(kernel), stride: 2, padding: .same), [1, 1, 7, 6]).shape
          == [1, 2, 4, 3])
    }
  }

  @Test func samePaddingPutsTheOddZeroBehind() throws {
    let y = try run(
      Conv2D(1, kernel: 2, padding: .same, bias: false), .init([1, 1, 1, 2], [1, 10]),
      parameters: ["weight": [1, 2, 3, 4]])
    #expect(y.values == [21, 10])
  }

  @Test func namesRolesAndShapes() throws {
    let (shape, variables) = try record(Conv2D(6, kernel: Pair(3, 5), groups: 2), [2, 4, 8, 8])
    #expect(shape == [2, 6, 6, 4])
    #expect(variables["conv2d_1.weight"]?.shape == [6, 2, 3, 5])
    #expect(variables["conv2d_1.bias"]?.shape == [6])
  }

  @Test func fansOfGroupsAreTheReferences() throws {
    let all = try Oracle.cases("initializers/gain", named: ["fans_of_grouped_conv"])
    let reference = try #require(all.first)
    func number(_ name: String) -> Int { Int(reference.number(name)!) }
    let layer = Conv2D(number("out_channels"), kernel: 3, groups: number("groups"))
    let weight = try record(layer, [1, number("in_channels"), 5, 5]).variables["conv2d_1.weight"]
    guard case .drawn(_, let fanIn, let fanOut)? = weight?.initial else {
      Issue.record("no initializer")
      return
    }
    let expected = try #require(reference.other["expected"])
    #expect(Double(fanIn) == expected["fan_in"]?.number)
    #expect(Double(fanOut) == expected["fan_out"]?.number)
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(Conv2D(2), [4, 9], "takes images"))
    #expect(refuses(Conv2D(2), [1, 1, 2, 2], "larger than the image"))
    #expect(refuses(Conv2D(2, groups: 2), [1, 3, 4, 4], "3 channels cannot be split"))
    #expect(throws: PluginError.self) { try Conv2D(3, groups: 2).validate() }
  }
}
