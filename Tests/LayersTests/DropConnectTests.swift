import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct DropConnectTests {
  // The reference is given its mask. Here the mask is drawn: it is read from weights of one, one input
  // at a time, and the reference's rule must hold with it.
  @Test func keptWeightsAreDividedByTheirShare() throws {
    let references = try Oracle.cases("layers/dropout", named: ["dropconnect_given_mask"])
    #expect(!references.isEmpty)
    for reference in references {
      let rate = reference.number("p")!
      let (weight, bias) = (reference.parameters["weight"]!, reference.parameters["bias"]!.values)
      let (units, features) = (weight.shape[0], weight.shape[1])
      let layer = DropConnect(units, rate: Float(rate))
      let each = Evaluation.Array(
        [features, features],
        (0..<features * features).map { $0 / features == $0 % features ? 1 : 0 })
      let mask = try run(
        layer, each,
        parameters: [
          "weight": weight.values.map { _ in 1 }, "bias": bias.map { _ in 0 },
        ]
      ).values
      #expect(Set(mask.map { $0 == 0 }).count == 2, "all kept or all dropped")
      #expect(mask.allSatisfy { $0 == 0 || abs($0 - 1 / (1 - rate)) < 1e-6 })
      let x = reference.inputs["x"]!
      let y = try run(
        layer, x, parameters: ["weight": weight.values, "bias": bias]
      ).values
      for sample in 0..<x.shape[0] {
        for unit in 0..<units {
          let sum = (0..<features).reduce(bias[unit]) {
            $0 + x.values[sample * features + $1] * weight.values[unit * features + $1]
              * mask[$1 * units + unit]
          }
          #expect(abs(y[sample * units + unit] - sum) < 1e-6)
        }
      }
    }
  }

  @Test func statisticsAreTheReferences() throws {
    let references = try Oracle.cases("layers/dropout", named: ["dropconnect_statistics"])
    #expect(!references.isEmpty)
    for reference in references {
      let x = reference.inputs["x"]!
      let weight = reference.parameters["weight"]!
      let layer = DropConnect(weight.shape[0], rate: Float(reference.number("p")!), bias: false)
      let draws = 4000
      var (sums, squares) = ([0.0, 0, 0], [0.0, 0, 0])
      for step in 0..<draws {
        let y = try Evaluation.run(
          inputs: ["x": x], parameters: ["weight": weight.values],
          settings: .init(step: UInt64(step))
        ) { ["y": try layer($1["x"]!, in: Scope($0))] }["y"]!.values
        for unit in 0..<3 {
          sums[unit] += y[unit]
          squares[unit] += y[unit] * y[unit]
        }
      }
      for unit in 0..<3 {
        let mean = sums[unit] / Double(draws)
        let variance = squares[unit] / Double(draws) - mean * mean
        let expected = reference.outputs["variance"]!.values[unit]
        let error = 5 * (expected / Double(draws)).squareRoot()
        #expect(abs(mean - reference.outputs["mean"]!.values[unit]) < error)
        #expect(abs(variance / expected - 1) < 0.2)
      }
    }
  }

  @Test func evaluationIsADenseLayer() throws {
    for reference in try Oracle.cases("layers/linear") {
      let units = Int(reference.number("out_features")!)
      try compare(
        reference, training: false, DropConnect(units, bias: reference.flag("bias")!))
      try compare(reference, DropConnect(units, rate: 0, bias: reference.flag("bias")!))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(DropConnect(3, activation: Rectifier()), [4, 5])
  }

  @Test func samplesWithoutFeaturesAreRefused() {
    #expect(refuses(DropConnect(2), [4], "drop_connect takes samples"))
  }
}
