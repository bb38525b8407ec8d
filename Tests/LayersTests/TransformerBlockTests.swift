import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct TransformerBlockTests {
  /// GELU, which stands in the activations' module.
  private struct Smooth: Activation {
    static let manifest = Manifest("smooth", "x·Φ(x)")
    func callAsFunction(_ x: Tensor) -> Tensor {
      0.5 * x * (1 + erf(x * Float(0.5).squareRoot()))
    }
  }

  @Test func agreesWithReference() throws {
    let references = try Oracle.cases("../layers/transformer_block")
    #expect(references.count == 3)
    for reference in references {
      try compare(
        reference, precision: .doubleWithSingleConstants,
        TransformerBlock(
          Int(reference.number("heads")!), feedForward: Int(reference.number("feed_forward")!),
          norm: .init(rawValue: reference.text("norm")!)!, causal: reference.flag("causal")!,
          dropout: 0, activation: reference.text("activation") == "gelu" ? Smooth() : nil))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(TransformerBlock(2, activation: Smooth()), [2, 3, 4])
    try checkSlopes(TransformerBlock(1, norm: .post, activation: Smooth()), [1, 3, 2])
  }

  @Test func dropoutActsInTrainingAlone() throws {
    let x = numbers([2, 3, 4])
    let block = TransformerBlock(2, dropout: 0.5)
    let plain = try run(TransformerBlock(2, dropout: 0), x)
    #expect(try run(block, x, training: false) == plain)
    #expect(try run(block, x) != plain)
  }

  @Test func widthIsFourTimesTheFeaturesUnlessGiven() throws {
    let variables = try record(TransformerBlock(2), [2, 3, 4]).variables
    #expect(variables["transformer_block_1.linear1.weight"]?.shape == [16, 4])
    #expect(variables["transformer_block_1.self_attn.in_proj_weight"]?.shape == [12, 4])
    #expect(variables["transformer_block_1.norm2.weight"]?.role == .scale)
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(TransformerBlock(2), [4, 6], "takes sequences"))
    #expect(refuses(TransformerBlock(4), [2, 3, 6], "6 features cannot be split into 4 heads"))
  }
}
