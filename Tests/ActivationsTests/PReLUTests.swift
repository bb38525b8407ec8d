import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct PReLUTests {
  @Test func agreesWithReference() throws {
    try checkCases("prelu") { PReLU(perChannel: $0.number("num_parameters")! > 1) }
  }

  @Test func gradientsAreTheSlopes() throws {
    try checkSlopes(PReLU(initial: 0.3))
    try checkSlopes(PReLU(perChannel: true), shape: [2, 3, 2, 1])
  }

  @Test func slopeIsAScaleThatBeginsAtAQuarter() throws {
    var session = Session()
    let result = try session.run(inputs: ["x": .init([1, 2], [-4, 2])]) {
      ["y": PReLU(perChannel: true)($1["x"]!)]
    }
    #expect(result["y"]!.values == [-1, 2])
    let slope = try #require(session.table["weight"])
    #expect(slope.role == .scale && slope.shape == [2])
  }
}
