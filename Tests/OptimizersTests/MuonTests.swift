import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct MuonTests {
  @Test func followsTheReference() throws {
    try check("muon", folder: "../optimizers") {
      Muon(
        learningRate: $0.number("lr")!, momentum: $0.number("momentum")!,
        nesterov: $0.flag("nesterov")!, weightDecay: $0.number("weight_decay")!)
    }
  }

  @Test func sharesParametersOutByRank() {
    let muon = Muon(learningRate: 0.02, otherwise: SGD(learningRate: 0.1))
    #expect(muon.parts.map(\.pluginName) == ["muon", "sgd"])
    #expect(muon.part(of: "dense_1.weight", shape: [4, 3]) == 0)
    #expect(muon.part(of: "conv2d_1.weight", shape: [4, 3, 3, 3]) == 0)
    #expect(muon.part(of: "dense_1.bias", shape: [4]) == 1)
    let partial = Muon(learningRate: 0.02, otherwise: Only(["dense_2"], SGD(learningRate: 0.1)))
    #expect(partial.part(of: "dense_1.bias", shape: [4]) == nil)
  }
}
