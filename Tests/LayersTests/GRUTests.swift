import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct GRUTests {
  @Test func stepsAgreeWithReference() throws {
    let references = try Oracle.cases("layers/recurrent", named: ["gru_cell"])
    #expect(!references.isEmpty)
    for reference in references {
      #expect(
        try reference.differences(variables: recurrentNames) { recorder, tensors in
          let states = try GRU(4).states(
            over: tensors["x"]!.reshaped(to: [3, 1, 2]), from: tensors["h0"]!, in: Scope(recorder))
          return ["h": states[0]]
        } == [])
    }
  }

  @Test func sequencesAgreeWithReference() throws {
    let references = try Oracle.cases("layers/recurrent", named: ["gru_sequence"])
    #expect(!references.isEmpty)
    for reference in references {
      #expect(
        try reference.differences { recorder, tensors in
          let states = try GRU(2).states(
            over: tensors["x"]!.permuted([1, 0, 2]), from: tensors["h0"]!.reshaped(to: [2, 2]),
            in: Scope(recorder))
          return timeFirst(states)
        } == [])
    }
  }

  @Test func theStateBeginsAtZero() throws {
    let x = numbers([2, 3, 4])
    let zeros = Evaluation.Array([2, 5], [Double](repeating: 0, count: 10))
    try checkStart(GRU(5), x) {
      try GRU(5).states(over: $0, from: $1[0], in: $2).last!
    } state: {
      [zeros]
    }
  }

  @Test func outputIsTheLastStateOrAllOfThem() throws { try checkOutputs { GRU(5, output: $0) } }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(GRU(2), [2, 4, 2])
    try checkSlopes(GRU(2, output: .sequence, bias: false), [2, 3, 2])
  }

  @Test func namesRolesAndShapes() throws { try checkNames(GRU(5), "gru_1", gates: 3) }

  @Test func onlySequencesHaveSteps() { #expect(refuses(GRU(2), [4, 3], "gru takes sequences")) }
}
