import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct PairTests {
  @Test func readsANumberOrTwo() throws {
    #expect(try Pair.decode(.integer(3)) == Pair(3, 3))
    #expect(try Pair.decode(.list([.integer(3), .integer(5)])) == Pair(3, 5))
    #expect(Pair(3, 5).configValue == .list([.integer(3), .integer(5)]))
    #expect(Pair(4).configValue == .integer(4))
  }

  @Test func otherValuesAreRefused() {
    for value: ConfigValue in [.list([.integer(3)]), .text("x"), .number(1.5), .null] {
      #expect(throws: ValueProblem.self) { _ = try Pair.decode(value) }
    }
  }

  @Test func boundsHoldForBothNumbers() throws {
    let layer = Conv2D()
    guard case .parameter(let kernel)? = Schema(of: layer)["kernel"]?.content else {
      Issue.record("no kernel")
      return
    }
    try kernel.assign(.list([.integer(3), .integer(1)]))
    #expect(layer.kernel == Pair(3, 1))
    #expect(throws: ValueProblem.self) { try kernel.assign(.list([.integer(3), .integer(0)])) }
    #expect(throws: ValueProblem.self) { try kernel.assign(.integer(0)) }
  }
}
