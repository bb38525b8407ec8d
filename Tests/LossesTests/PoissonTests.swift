import EspalierConformance
import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct PoissonTests {
  @Test func agreesWithReference() throws {
    try checkCases(
      "poisson", in: "../losses/", output: "output", precision: .doubleWithSingleConstants
    ) { Poisson(logRate: $0.flag("log_rate")!, full: $0.flag("full")!) }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Poisson(full: true), outputs, .init([3, 2], [0, 1, 2, 5, 3, 0]))
  }

  @Test func predictsTheRate() throws {
    let result = try Evaluation.run(inputs: ["x": .init([2], [0, 1])]) {
      [
        "logarithm": Poisson().prediction(from: $1["x"]!),
        "rate": Poisson(logRate: false).prediction(from: $1["x"]!),
      ]
    }
    #expect(abs(result["logarithm"]!.values[1] - 2.718_281_828_459) < 1e-9)
    #expect(result["rate"]!.values == [0, 1])
  }
}
