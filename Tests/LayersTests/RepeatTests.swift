import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct RepeatTests {
  @Test func eachTimeHasWeightsOfItsOwn() throws {
    let layer = Repeat(3, [Dense(4), Dense(4, bias: false).named("head")])
    let (shape, variables) = try record(layer, [2, 4])
    #expect(shape == [2, 4])
    #expect(
      variables.variables.map(\.name) == [
        "repeat_1.dense_1.weight", "repeat_1.dense_1.bias", "repeat_1.head.weight",
        "repeat_1.dense_2.weight", "repeat_1.dense_2.bias", "repeat_1.head_2.weight",
        "repeat_1.dense_3.weight", "repeat_1.dense_3.bias", "repeat_1.head_3.weight",
      ])
  }

  @Test func isTheSameAsWritingItOut() throws {
    let x = numbers([2, 3])
    let weights = (1...3).map { numbers([3, 3], seed: $0).values }
    let parameters = Dictionary(
      uniqueKeysWithValues: weights.enumerated().map {
        ("dense_\($0.offset + 1).weight", $0.element)
      })
    let layer = Dense(3, bias: false, activation: Rectifier())
    let whole = try run(Repeat(3, [layer]), x, parameters: parameters)
    let one = try weights.reduce(x) { try run(layer, $0, parameters: ["weight": $1]) }
    #expect(whole == one)
    #expect(whole.values.contains { $0 != 0 })
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Repeat(2, [Dense(4, activation: Rectifier())]), [3, 4])
  }

  @Test func anEmptyListIsRefused() {
    #expect(throws: PluginError.self) { try Repeat(2, []).validate() }
  }
}
