import EspalierConformance
import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct ClassWeightsTests {
  @Test func readsWordsAndLists() throws {
    #expect(try ClassWeights.decode(.text("none")) == .none)
    #expect(try ClassWeights.decode(.text("balanced")) == .balanced)
    #expect(try ClassWeights.decode(.list([.integer(1), .number(2.5)])) == .list([1, 2.5]))
    for weights: ClassWeights in [.none, .balanced, [0.5, 2]] {
      #expect(try ClassWeights.decode(weights.configValue) == weights)
    }
  }

  @Test func otherValuesAreRefused() {
    #expect { _ = try ClassWeights.decode(.text("balance")) } throws: {
      ($0 as? ValueProblem)?.choices == ["none", "balanced"]
    }
    #expect(throws: ValueProblem.self) { _ = try ClassWeights.decode(.integer(2)) }
  }

  @Test func negativeWeightsAreOutOfRange() {
    guard case .parameter(let weights)? = Schema(of: CrossEntropy())["class_weights"]?.content
    else { return }
    #expect(throws: ValueProblem.self) { try weights.assign(.list([.integer(1), .integer(-1)])) }
  }
}
