import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct LSTMTests {
  @Test func stepsAgreeWithReference() throws {
    let references = try Oracle.cases("layers/recurrent", named: ["lstm_cell"])
    #expect(!references.isEmpty)
    for reference in references {
      #expect(
        try reference.differences(variables: recurrentNames) { recorder, tensors in
          let states = try LSTM(4).states(
            over: tensors["x"]!.reshaped(to: [3, 1, 2]),
            from: (tensors["h0"]!, tensors["c0"]!), in: Scope(recorder))
          return ["h": states[0].hidden, "c": states[0].cell]
        } == [])
    }
  }

  @Test func sequencesAgreeWithReference() throws {
    let references = try Oracle.cases("layers/recurrent", named: ["lstm_sequence"])
    #expect(!references.isEmpty)
    for reference in references {
      #expect(
        try reference.differences { recorder, tensors in
          let states = try LSTM(2).states(
            over: tensors["x"]!.permuted([1, 0, 2]),
            from: (
              tensors["h0"]!.reshaped(to: [2, 2]), tensors["c0"]!.reshaped(to: [2, 2])
            ), in: Scope(recorder))
          var results = timeFirst(states.map(\.hidden))
          results["c_n"] = states.last!.cell.reshaped(to: [1, 2, 2])
          return results
        } == [])
    }
  }

  @Test func theStatesBeginAtZero() throws {
    let x = numbers([2, 3, 4])
    let zeros = Evaluation.Array([2, 5], [Double](repeating: 0, count: 10))
    try checkStart(LSTM(5), x) {
      try LSTM(5).states(over: $0, from: ($1[0], $1[1]), in: $2).last!.hidden
    } state: {
      [zeros, zeros]
    }
  }

  @Test func outputIsTheLastStateOrAllOfThem() throws { try checkOutputs { LSTM(5, output: $0) } }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(LSTM(2), [2, 4, 2])
    try checkSlopes(LSTM(2, output: .sequence, bias: false), [2, 3, 2])
  }

  @Test func namesRolesAndShapes() throws { try checkNames(LSTM(5), "lstm_1", gates: 4) }

  @Test func onlySequencesHaveSteps() { #expect(refuses(LSTM(2), [4, 3], "lstm takes sequences")) }
}
