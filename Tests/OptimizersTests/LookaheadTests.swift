import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct LookaheadTests {
  @Test func followsTheReference() throws {
    try check("lookahead", folder: "../optimizers") {
      Lookahead(
        SGD(learningRate: $0.number("lr")!, momentum: $0.number("momentum")!),
        every: Int($0.number("every")!), share: $0.number("share")!)
    }
  }

  @Test func looksAheadOfEveryPart() {
    let groups = ParameterGroups([Only(["a"], SGD(learningRate: 0.1)), Adam(learningRate: 0.2)])
    let parts = Lookahead(groups, every: 3).parts
    #expect(parts.map(\.pluginName) == ["lookahead", "lookahead"])
    #expect(parts.map(\.learningRate) == [0.1, 0.2])
    #expect((parts[1] as? Lookahead)?.every == 3)
  }
}
