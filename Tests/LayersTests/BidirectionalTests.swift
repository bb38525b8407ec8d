import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct BidirectionalTests {
  @Test func agreesWithTheReference() throws {
    let cases = try Oracle.cases("../layers/bidirectional")
    #expect(cases.count == 4)
    for reference in cases {
      let output: RecurrentOutput = reference.flag("sequence")! ? .sequence : .last
      let inner: any Layer =
        reference.text("cell") == "lstm" ? LSTM(3, output: output) : GRU(3, output: output)
      var variables: [String: String] = [:]
      for name in reference.parameters.keys {
        let isBackward = name.hasSuffix("_reverse")
        let own = isBackward ? String(name.dropLast("_reverse".count)) : name
        variables[name] = (isBackward ? "backward." : "forward.") + own
      }
      let layer = Bidirectional(inner)
      #expect(
        try reference.differences(variables: variables) { recorder, tensors in
          ["y": try layer(tensors["x"]!, in: Scope(recorder))]
        } == [], "\(reference.id)")
    }
  }

  @Test func takesSequencesAlone() {
    #expect(throws: PluginError.self) {
      let recorder = Recorder()
      let layer = Bidirectional(RNN(2))
      _ = try layer(recorder.input("x", [2, 3]), in: Scope(recorder))
    }
  }
}
