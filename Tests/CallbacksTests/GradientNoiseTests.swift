import EspalierCallbacks
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct GradientNoiseTests {
  /// The root mean square of what is added to zeros at a step, counted from 1.
  private func deviation(_ plugin: GradientNoise, step: Float) throws -> Double {
    let count = 10_000
    let noise = try Evaluation.run(
      inputs: ["g": .init([count], [Double](repeating: 0, count: count))]
    ) { recorder, tensors in
      let g = tensors["g"]!
      let member = try recorder.variables.declare(
        "dense_1.weight", [count], role: .weight, initial: .constant(0))
      let (_, offsets) = try recorder.variables.flatten([member.id], name: "flat")
      var gradients = Gradients(groups: [.init(flat: g, members: [member], offsets: offsets)])
      plugin.transform(
        gradients: &gradients,
        StepContext(
          output: g, features: g, target: g, step: recorder.constant(step),
          rate: recorder.constant(0.1), lossForInputs: { $0.sum() }))
      return ["g": gradients.groups[0].flat]
    }["g"]!.values
    return (noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count)).squareRoot()
  }

  /// √(η / (1 + t)^γ), t = step − 1: with γ = ½ the fourth root of the step divides; five standard
  /// errors are 3.6 %.
  @Test func fadesByItsPower() throws {
    let plugin = GradientNoise(variance: 0.25, decay: 0.5)
    #expect(abs(try deviation(plugin, step: 1) / 0.5 - 1) < 0.036)
    #expect(abs(try deviation(plugin, step: 4) / 0.353_553 - 1) < 0.036)
    #expect(abs(try deviation(plugin, step: 256) / 0.125 - 1) < 0.036)
    let fast = GradientNoise(variance: 0.25, decay: 2)
    #expect(abs(try deviation(fast, step: 4) / 0.125 - 1) < 0.036)
    #expect(try deviation(GradientNoise(variance: 0), step: 1) == 0)
  }
}
