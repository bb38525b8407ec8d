import Espalier
import EspalierCPUBackend
import Foundation
import Testing

extension EndToEnd {
  /// A large parameter is updated when its gradient is there, to the same bits.
  @Suite struct OwnGroupTests {
    private func step(
      _ optimizer: String, callbacks: String = "[]", from size: Int
    ) throws -> StepProgram {
      let text = """
        data: {source: {csv: {path: data.csv}}}
        model:
          - repeat: {times: 3, layers: [{dense: {units: 520, activation: relu}}]}
          - dense: {units: 10}
        loss: cross_entropy
        optimizer: \(optimizer)
        callbacks: \(callbacks)
        """
      let config = try ConfigurationLoader(
        catalog: builtIn.get(), files: ["config.yaml": Array(text.utf8)]
      ).load("config.yaml")
      var definition = StepDefinition(
        layers: config.model, loss: config.loss, optimizer: config.optimizer,
        callbacks: config.callbacks,
        data: DataDescription(sampleShape: [64], target: .classes((0..<10).map { "\($0)" })))
      definition.ownGroupFrom = size
      return try StepProgram(definition, batch: 16, backend: CPUBackend())
    }

    @Test(arguments: [
      "{sgd: {momentum: 0.9, nesterov: true}}", "adam", "{adamw: {weight_decay: 0.1}}", "nadam",
      "{lookahead: {optimizer: rmsprop}}",
    ]) func sameBits(_ optimizer: String) throws {
      let together = try step(optimizer, from: .max)
      let apart = try step(optimizer, from: 1 << 18)
      for number in 1...3 as ClosedRange<UInt64> {
        try together.run(step: number)
        try apart.run(step: number)
      }
      var compared = 0
      for (name, values) in together.results where !name.hasPrefix("optimizer.") {
        let others = try #require(apart.results[name], "\(name)")
        #expect(values.map(\.bitPattern) == others.map(\.bitPattern), "\(name)")
        compared += 1
      }
      #expect(compared >= 9)
      // Of the gradients of two large weights only one is there at a time.
      #expect(apart.plan.arenaCount <= together.plan.arenaCount - 520 * 520)
    }

    /// What needs all gradients before any update gets them.
    @Test func clipping() throws {
      let callbacks = "[{gradient_clipping: {norm: 0.01}}]"
      let together = try step("{sgd: {momentum: 0.9}}", callbacks: callbacks, from: .max)
      let apart = try step("{sgd: {momentum: 0.9}}", callbacks: callbacks, from: 1 << 18)
      for number in 1...3 as ClosedRange<UInt64> {
        try together.run(step: number)
        try apart.run(step: number)
      }
      for (name, values) in together.results where !name.hasPrefix("optimizer.") {
        let others = try #require(apart.results[name], "\(name)")
        // The norm is a sum in another order.
        #expect(
          zip(values, others).allSatisfy { ($0 - $1).magnitude <= 1e-5 * (1 + $0.magnitude) },
          "\(name)")
      }
    }
  }
}
