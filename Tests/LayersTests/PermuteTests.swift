import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct PermuteTests {
  private func permuted(_ axes: [Int], _ x: Evaluation.Array) throws -> Evaluation.Array {
    try Evaluation.run(inputs: ["x": x]) { recorder, tensors in
      ["y": try Permute(axes)(tensors["x"]!, in: Scope(recorder))]
    }["y"]!
  }

  @Test func exchangesAxes() throws {
    let y = try permuted([2, 1], .init([1, 2, 3], [1, 2, 3, 4, 5, 6]))
    #expect(y.shape == [1, 3, 2])
    #expect(y.values == [1, 4, 2, 5, 3, 6])
    let z = try permuted([3, 1, 2], .init([1, 2, 1, 2], [1, 2, 3, 4]))
    #expect(z.shape == [1, 2, 2, 1])
    #expect(z.values == [1, 3, 2, 4])
  }

  @Test func mistakes() {
    #expect(throws: PluginError.self) { try Permute([1, 1]).validate() }
    #expect(throws: PluginError.self) { try Permute([0, 1]).validate() }
    #expect(throws: PluginError.self) { try Permute([]).validate() }
    #expect(throws: (any Error).self) { _ = try permuted([2, 1], .init([1, 2], [1, 2])) }
  }
}
