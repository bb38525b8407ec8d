import Espalier

/// A sample counts (1 − β) / (1 − βⁿ), n the samples of its class, scaled to the mean 1: further samples of a
/// large class add less and less that is new (Cui and others, 2019).
struct EffectiveNumber: Balancer {
  static let manifest = Manifest(
    "effective_number", "weight ∝ (1 − β) / (1 − βⁿ), n the samples of its class",
    paper: "Cui and others, 2019", sample: "{effective_number: {beta: 0.99}}")

  @Parameter("0 for no balance; the closer to 1, the closer to equal shares", in: 0..<1)
  var beta: Double = 0.99

  init() {}
  init(beta: Double) { self.beta = beta }

  func balance(_ samples: BalancingSamples) throws -> Balance {
    let classes = try samples.classes()
    var powers: [Int: Double] = [:]
    for label in classes { powers[label, default: 1] *= beta }
    let weights = classes.map { (1 - beta) / (1 - powers[$0]!) }
    let mean = weights.reduce(0, +) / Double(weights.count)
    return Balance(weights: weights.map { Float($0 / mean) })
  }
}
