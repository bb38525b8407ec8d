import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct LogCoshTests {
  @Test func conforms() throws {
    try checkSample(of: LogCosh.self)
    try checkGradients(of: LogCosh())
    try checkConvergence(of: LogCosh(), targets: [.values(["y"])])
  }

  @Test func values() throws {
    func loss(_ error: Double) throws -> Double {
      let inputs: [String: Evaluation.Array] = ["y": .init([1], [error]), "t": .init([1], [0])]
      return try Evaluation.run(inputs: inputs) { _, tensors in
        ["l": try LogCosh()(tensors["y"]!, tensors["t"]!, LossContext(isTraining: true))]
      }["l"]!.values[0]
    }
    #expect(try abs(loss(0)) < 1e-7)
    #expect(try abs(loss(1) - 0.433_780_830) < 1e-6)
    #expect(try abs(loss(-200) - (200 - 0.693_147_181)) < 1e-4)
  }
}
