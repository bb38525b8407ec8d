import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct PaddingTests {
  @Test func readsWordsAndNumbers() throws {
    #expect(try Padding.decode(.text("same")) == .same)
    #expect(try Padding.decode(.text("valid")) == .valid)
    #expect(try Padding.decode(.integer(2)) == .amount(2))
    #expect(try Padding.decode(.list([.integer(1), .integer(0)])) == .amount(Pair(1, 0)))
    for padding: Padding in [.same, .valid, .amount(3), .amount(Pair(1, 2))] {
      #expect(try Padding.decode(padding.configValue) == padding)
    }
  }

  @Test func anUnknownWordOffersTheKnownOnes() {
    #expect { _ = try Padding.decode(.text("full")) } throws: {
      ($0 as? ValueProblem)?.choices == ["same", "valid"]
    }
  }
}
