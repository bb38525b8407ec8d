import EspalierProtocols

extension RunData {
  /// The training samples that an epoch draws, after the balancers of a config.
  ///
  /// - Returns: them, and their numbers in the training split; `nil` where there are no balancers.
  /// - Throws: ``ConfigurationProblems`` that point at the balancer.
  static func balanced(
    _ configuration: RunConfiguration, _ data: PreparedData
  ) throws -> (drawn: Part, draws: SampleNumbers?) {
    var drawn = data.training
    var draws: SampleNumbers?
    for (index, balancer) in configuration.data.balance.enumerated() {
      let part = try configuration.naming(
        balancer, .dataUnusable, atPath: "data.balance[\(index)]"
      ) {
        try apply(balancer, to: drawn, data, configuration, index)
      }
      if let before = draws {
        draws = SampleNumbers(count: part.draws.count, below: data.training.count) {
          before[part.draws[$0]]
        }
      } else {
        draws = part.draws
      }
      drawn = part.drawn
    }
    return (drawn, draws)
  }

  private static func apply(
    _ balancer: any Balancer, to drawn: Part, _ data: PreparedData,
    _ configuration: RunConfiguration, _ index: Int
  ) throws -> (drawn: Part, draws: SampleNumbers) {
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
        random: CounterRandom(
          seed: UInt64(configuration.training.seed), stream: "balance.\(index)"),
        folder: configuration.folder))
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
    return (Part(drawing: draws, from: drawn, weights: weights), draws)
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
