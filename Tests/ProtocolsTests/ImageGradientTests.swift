import EspalierConformance
import EspalierProtocols
import Testing

/// Gradients, and gradients of gradients, of convolutions and pools.
@Suite struct ImageGradientTests {
  static let geometries: [(stride: [Int], padding: [Int], dilation: [Int], groups: Int)] = [
    ([1, 1], [0, 0, 0, 0], [1, 1], 1), ([2, 1], [1, 0, 0, 1], [1, 1], 1),
    ([1, 2], [1, 1, 1, 1], [2, 1], 1), ([1, 1], [0, 1, 0, 0], [1, 1], 2),
  ]

  @Test(arguments: geometries.indices) func convolutions(index: Int) throws {
    let (stride, padding, dilation, groups) = Self.geometries[index]
    let inputs = ["x": numbers([1, 2, 4, 3]), "w": numbers([2, 2 / groups, 2, 2], 1)]
    try checkTwice(inputs) { _, t in
      tanh(
        t["x"]!.convolved(
          with: t["w"]!, stride: stride, padding: padding, dilation: dilation, groups: groups))
    }
  }

  @Test func transposedConvolutions() throws {
    try checkTwice(["x": numbers([1, 2, 3, 2]), "w": numbers([2, 1, 2, 2], 1)]) { _, t in
      tanh(
        t["x"]!.transposedConvolved(
          with: t["w"]!, to: [6, 3], stride: [2, 1], padding: [0, 0, 0, 0], groups: 2))
    }
  }

  /// Each of the three products of a convolution, differentiated for both of its inputs.
  @Test(arguments: ["x", "w"]) func gradientsOfConvolutionGradients(target: String) throws {
    let inputs = [
      "x": numbers([1, 2, 3, 3]), "w": numbers([2, 2, 2, 2], 1), "u": numbers([1, 2, 2, 2], 2),
    ]
    try Evaluation.checkGradients(inputs: inputs) { _, t in
      (t["x"]!.convolved(with: t["w"]!) * t["u"]!).sum().gradients(for: [t[target]!])[0]
    }
  }

  /// Numbers that differ by more than the step of the differences.
  static let image = Evaluation.Array(
    [1, 2, 4, 4], (0..<32).map { Double(($0 * 11) % 32) * 0.1 - 1 })

  static let windows = [
    Window(height: 4, width: 4, kernel: [2, 2], stride: [2, 2]),
    Window(height: 4, width: 4, kernel: [3, 2], stride: [1, 2], padding: [1, 1, 0, 1]),
    Window(height: 4, width: 4, kernel: [2, 3], stride: [1, 1]),
  ]

  @Test func poolsHaveNoGaps() {
    let window = Window(height: 4, width: 4, kernel: [2, 2], stride: [1, 1], dilation: [2, 1])
    for pool in [Tensor.maxPooled, Tensor.averagePooled] {
      #expect(throws: RecordingFailure.self) {
        try Evaluation.run(inputs: ["x": Self.image]) { _, t in ["y": pool(t["x"]!)(window)] }
      }
    }
  }

  @Test(arguments: windows) func maximumPools(window: Window) throws {
    try checkTwice(["x": Self.image]) { _, t in t["x"]!.maxPooled(window) }
  }

  @Test(arguments: windows, [true, false])
  func averagePools(window: Window, countsPadding: Bool) throws {
    var window = window
    window.countsPadding = countsPadding
    let geometry = window
    try checkTwice(["x": Self.image]) { _, t in t["x"]!.averagePooled(geometry) }
  }

  @Test func extentsOfWindows() {
    let window = Window(
      height: 7, width: 5, kernel: [3, 2], stride: [2, 1], dilation: [1, 3], padding: [0, 1, 2, 0])
    #expect(window.outputHeight == 3)
    #expect(window.outputWidth == 4)
    #expect(Window(height: 2, width: 2, kernel: [3, 3]).outputHeight == 0)
  }
}
