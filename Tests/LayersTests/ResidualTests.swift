import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct ResidualTests {
  private func dense(_ units: Int, _ activation: (any Activation)? = nil) -> Dense {
    Dense(units, activation: activation)
  }

  @Test func dense() throws {
    let names = [
      "w1": "dense_1.weight", "b1": "dense_1.bias", "w2": "dense_2.weight", "b2": "dense_2.bias",
      "wp": "shortcut.weight",
    ]
    for reference in try Oracle.cases("layers/residual") where reference.name != "residual_conv" {
      let hidden = reference.parameters["w1"]!.shape[0]
      let out = reference.parameters["w2"]!.shape[0]
      try compare(
        reference, variables: names,
        Residual(
          [dense(hidden, Rectifier()), dense(out)], activation: Rectifier(),
          shortcut: reference.name == "residual_linear_zero_pad" ? .zeroPad : .auto))
    }
  }

  @Test func convolutions() throws {
    for reference in try Oracle.cases("layers/residual", named: ["residual_conv"]) {
      let normalized = reference.flag("batch_norm")!
      let filters = reference.parameters["w2"]!.shape[0]
      func conv(_ stride: Int) -> Conv2D {
        Conv2D(filters, kernel: 3, stride: Pair(stride), padding: 1, bias: false)
      }
      let stride = Int(reference.number("stride")!)
      let layers: [any Layer] =
        normalized
        ? [conv(stride), BatchNorm(activation: Rectifier()), conv(1), BatchNorm()]
        : [conv(stride), ActivationLayer(Rectifier()), conv(1)]
      let shortcut = Residual.Shortcut(rawValue: reference.text("shortcut")!)!
      try compare(
        reference,
        variables: [
          "w1": "conv2d_1.weight", "w2": "conv2d_2.weight", "wp": "shortcut.weight",
          "g1": "batch_norm_1.weight", "bt1": "batch_norm_1.bias", "g2": "batch_norm_2.weight",
          "bt2": "batch_norm_2.bias", "g3": "shortcut_normalization.weight",
          "bt3": "shortcut_normalization.bias",
        ], precision: .doubleWithSingleConstants,
        Residual(
          layers, activation: Rectifier(), shortcut: shortcut,
          shortcutNormalization: normalized ? BatchNorm() : nil))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Residual([dense(3)], shortcut: .projection), [4, 3])
    try checkSlopes(
      Residual([Conv2D(3, kernel: 3, stride: 2, padding: .same)], activation: Rectifier()),
      [1, 2, 5, 4])
    try checkSlopes(Residual([Conv2D(3, kernel: 1)], shortcut: .zeroPad), [1, 2, 2, 2])
  }

  @Test func sequences() throws {
    let wider = try record(Residual([Conv1D(5, stride: 2, padding: .same)]), [2, 3, 7])
    #expect(wider.shape == [2, 5, 4])
    #expect(wider.variables["residual_1.shortcut.weight"]?.shape == [5, 3, 1])
    let features = try record(Residual([dense(5)]), [2, 7, 3]).variables
    #expect(features["residual_1.shortcut.weight"]?.shape == [5, 3])
    let padded = Residual([Conv1D(3, kernel: 1, stride: 2)], shortcut: .zeroPad)
    try checkSlopes(padded, [2, 2, 5])
    // Behind zero weights the shortcut stands alone.
    let x = numbers([1, 2, 3])
    let zeros = [Double](repeating: 0, count: 6)
    #expect(
      try run(padded, x, parameters: ["conv1d_1.weight": zeros]).values
        == [x.values[0], x.values[2], x.values[3], x.values[5], 0, 0])
    let behind = Residual([Dense(3, bias: false)], shortcut: .zeroPad)
    #expect(
      try run(behind, .init([1, 3, 2], [1, 2, 3, 4, 5, 6]), parameters: ["dense_1.weight": zeros])
        .values == [1, 2, 0, 3, 4, 0, 5, 6, 0])
  }

  @Test func names() throws {
    let variables = try record(
      Residual([Conv2D(4, padding: .same), Conv2D(4, stride: 2, padding: .same)]), [1, 3, 8, 8]
    ).variables
    #expect(variables["residual_1.conv2d_1.weight"]?.shape == [4, 3, 3, 3])
    #expect(variables["residual_1.conv2d_2.bias"] != nil)
    #expect(variables["residual_1.shortcut.weight"]?.shape == [4, 3, 1, 1])
    #expect(variables["residual_1.shortcut.bias"] == nil)
  }

  @Test func autoProjectsOnlyWhatDiffers() throws {
    let same = try record(Residual([dense(3)]), [2, 3]).variables
    #expect(same["residual_1.shortcut.weight"] == nil)
    let other = try record(Residual([dense(4)]), [2, 3]).variables
    #expect(other["residual_1.shortcut.weight"]?.shape == [4, 3])
  }

  @Test func shortcutsThatLeadNowhereAreNamed() {
    #expect(refuses(Residual([dense(4)], shortcut: .identity), [2, 3], "cannot be added"))
    #expect(refuses(Residual([dense(2)], shortcut: .zeroPad), [2, 3], "zero_pad"))
    #expect(refuses(Residual([Flatten()]), [2, 3, 2], "[2×6]"))
    #expect(refuses(Residual([Conv2D(2, padding: 4)]), [1, 2, 4, 4], "no auto shortcut"))
    #expect(throws: PluginError.self) { try Residual([]).validate() }
  }
}
