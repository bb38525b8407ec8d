import EspalierConformance
import EspalierProtocols
import EspalierReferences
import EspalierRegularizers
import Testing

@Suite struct GroupLassoTests {
  @Test func followsTheReference() throws {
    try check("group_lasso") {
      GroupLasso(
        strength: $0.number("lambda")!, groups: $0.text("groups") == "rows" ? .units : .inputs,
        scaled: $0.flag("scaled_by_sqrt_size")!)
    }
  }

  private func penalty(_ regularizer: GroupLasso, _ w: Evaluation.Array) throws -> Evaluation.Array
  {
    try Evaluation.run(inputs: ["w": w]) { _, tensors in
      let penalty = regularizer.penalty(tensors["w"]!)
      return ["penalty": penalty, "gradient": penalty.gradients(for: [tensors["w"]!])[0]]
    }["penalty"]!
  }

  @Test func groupsOfZerosAreNotPulled() throws {
    let result = try Evaluation.runOptimized(inputs: ["w": .init([2, 2], [0, 0, 3, 4])]) {
      let penalty = GroupLasso(strength: 1, scaled: false).penalty($1["w"]!)
      return ["penalty": penalty, "gradient": penalty.gradients(for: [$1["w"]!])[0]]
    }
    #expect(abs(result["penalty"]!.values[0] - 5) < 1e-6)
    let gradient = result["gradient"]!.values
    #expect(gradient[..<2] == [0, 0] && abs(gradient[2] - 0.6) < 1e-6)
  }

  @Test func filtersAreGroupsOfUnitsOrChannels() throws {
    // Two filters over two channels of two pixels.
    let w = Evaluation.Array([2, 2, 1, 2], [3, 4, 0, 0, 0, 0, 6, 8])
    let units = try penalty(GroupLasso(strength: 1), w).values[0]
    #expect(abs(units - 2 * (5 + 10)) < 1e-6)
    let channels = try penalty(
      GroupLasso(strength: 1, groups: .inputs), .init([2, 2, 1, 2], [3, 4, 0, 0, 0, 12, 6, 8]))
    #expect(abs(channels.values[0] - 2 * (13 + 10)) < 1e-6)
  }

  @Test func offsetsAreGroupsOfOne() throws {
    let found = try penalty(GroupLasso(strength: 0.5), .init([3], [3, -4, 0.5])).values[0]
    #expect(abs(found - 3.75) < 1e-6)
  }

  /// √n of the n numbers of a group, here one and two.
  @Test func sizesAreCounted() throws {
    let one = try penalty(GroupLasso(strength: 1), .init([2, 1], [3, -4])).values[0]
    #expect(abs(one - 7) < 1e-6)
    let inputs = try penalty(GroupLasso(strength: 1, groups: .inputs), .init([2, 1], [3, -4]))
    #expect(abs(inputs.values[0] - 5 * 2.0.squareRoot()) < 1e-6)
    let units = try penalty(GroupLasso(strength: 1), .init([1, 2], [3, -4])).values[0]
    #expect(abs(units - 5 * 2.0.squareRoot()) < 1e-6)
  }
}
