import EspalierInitializers
import EspalierProtocols
import EspalierReferences
import Testing

/// The mathematics that initializers and layers share.
@Suite struct VarianceScalingTests {
  @Test func gainsOfRectifiersAgreeWithReference() throws {
    for reference in try Oracle.cases("initializers/gain", named: ["gain"]) {
      let expected = Float(reference.other["expected"]!["gain"]!.number!)
      switch reference.text("nonlinearity") {
      case "relu": #expect(abs(VarianceScaling.rectifierGain() - expected) < 1e-6)
      case "leaky_relu":
        let slope = Float(reference.number("a")!)
        #expect(abs(VarianceScaling.rectifierGain(slope: slope) - expected) < 1e-6)
      default: continue
      }
    }
  }

  @Test func nothingComesOfNoConnections() {
    var random = CounterRandom(seed: 1, stream: "test")
    let description = ParameterDescription(name: "w", shape: [2], fanIn: 0, fanOut: 0)
    for scaling in [VarianceScaling(), VarianceScaling(fan: .average, .uniform)] {
      #expect(scaling.values(for: description, random: &random) == [0, 0])
    }
  }
}
