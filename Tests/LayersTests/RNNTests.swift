import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct RNNTests {
  @Test func stepsAgreeWithReference() throws {
    let references = try Oracle.cases("layers/recurrent", named: ["rnn_cell"])
    #expect(references.count == 2)
    for reference in references {
      let isRectified = reference.text("nonlinearity") == "relu"
      let layer = RNN(4, activation: isRectified ? Rectifier() : nil)
      #expect(
        try reference.differences(variables: recurrentNames) { recorder, tensors in
          let states = try layer.states(
            over: tensors["x"]!.reshaped(to: [3, 1, 2]), from: tensors["h0"]!, in: Scope(recorder))
          return ["h": states[0]]
        } == [])
    }
  }

  @Test func sequencesAgreeWithReference() throws {
    let references = try Oracle.cases("layers/recurrent", named: ["rnn_sequence"])
    #expect(!references.isEmpty)
    for reference in references {
      #expect(
        try reference.differences { recorder, tensors in
          let states = try RNN(2).states(
            over: tensors["x"]!.permuted([1, 0, 2]), from: tensors["h0"]!.reshaped(to: [2, 2]),
            in: Scope(recorder))
          return timeFirst(states)
        } == [])
    }
  }

  @Test func theStateBeginsAtZero() throws {
    let x = numbers([2, 3, 4])
    let zeros = Evaluation.Array([2, 5], [Double](repeating: 0, count: 10))
    try checkStart(RNN(5), x) {
      try RNN(5).states(over: $0, from: $1[0], in: $2).last!
    } state: {
      [zeros]
    }
  }

  @Test func outputIsTheLastStateOrAllOfThem() throws { try checkOutputs { RNN(5, output: $0) } }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(RNN(3), [2, 4, 2])
    try checkSlopes(RNN(3, output: .sequence, bias: false), [2, 3, 2])
  }

  @Test func namesRolesAndShapes() throws { try checkNames(RNN(5), "rnn_1", gates: 1) }

  @Test func anActivationMayLearn() throws {
    let variables = try record(RNN(5, activation: Scaled()), [2, 3, 4]).variables
    #expect(variables.variables.count { $0.name == "rnn_1.scaled.weight" } == 1)
  }

  @Test func onlySequencesHaveSteps() { #expect(refuses(RNN(2), [4, 3], "rnn takes sequences")) }
}
