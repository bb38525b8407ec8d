import EspalierProtocols

extension RunData {
  /// The training samples that an epoch draws, after the balancers of a config.
  ///
  /// - Throws: ``ConfigurationProblems`` that point at the balancer.
  static func balanced(
    _ configuration: RunConfiguration, _ data: PreparedData
  ) throws -> Part {
    var drawn = data.training
    for (index, balancer) in configuration.data.balance.enumerated() {
      drawn = try configuration.naming(
        balancer, .dataUnusable, atPath: "data.balance[\(index)]"
      ) {
        try apply(balancer, to: drawn, data, seed: UInt64(configuration.training.seed), index)
      }
    }
    return drawn
  }

  private static func apply(
    _ balancer: any Balancer, to drawn: Part, _ data: PreparedData, seed: UInt64, _ index: Int
  ) throws -> Part {
    if balancer.usesTestInputs, data.test == nil {
      throw PluginError(
        "it weighs training samples by the inputs of the test split, and there is none",
        remedy: "set `data.split.test` or `data.test_source`")
    }
    func all(_ part: any Dataset) -> TrainingSamples {
      TrainingSamples(part, rows: SampleNumbers(0..<part.count))
    }
    let balance = try balancer.balance(
      BalancingSamples(
        training: all(drawn), validation: data.validation.map(all),
        testInputs: balancer.usesTestInputs ? data.test.map { all(InputsOnly($0)) } : nil,
        random: CounterRandom(seed: seed, stream: "balance.\(index)")))
    if let bad = balance.draws?.first(where: { !(0..<drawn.count).contains($0) }) {
      throw PluginError("it draws sample \(bad) of \(drawn.count)")
    }
    let draws =
      balance.draws.map { SampleNumbers($0) } ?? SampleNumbers(0..<drawn.count)
    guard !draws.isEmpty else { throw PluginError("it leaves no training samples") }
    var weights = drawn.weights.map { before in draws.map { before.pointer[$0] } }
    if let own = balance.weights {
      guard own.count == draws.count else {
        throw PluginError("it gives \(own.count) weights to \(draws.count) samples")
      }
      guard own.allSatisfy({ $0 >= 0 && $0.isFinite }), own.contains(where: { $0 > 0 }) else {
        throw PluginError("its weights must be 0 or more, and some above")
      }
      weights = weights.map { zip($0, own).map { $0 * $1 } } ?? own
    }
    return Part(drawing: draws, from: drawn, weights: weights)
  }
}

/// Samples whose targets nobody may see.
private struct InputsOnly: Dataset {
  private let base: Part
  let description: DataDescription

  init(_ part: Part) {
    base = part
    var description = part.description
    description.target = .none
    self.description = description
  }

  var count: Int { base.count }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws { try base.read(rows, features: features, targets: nil) }
}
