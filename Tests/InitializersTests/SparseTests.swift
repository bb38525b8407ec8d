import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct SparseTests {
  private func values(_ sparse: Sparse, _ shape: Shape) throws -> [Float] {
    var random = CounterRandom(seed: 17, stream: "sparse")
    return try sparse.values(
      for: ParameterDescription(name: "dense_1.weight", shape: shape, fanIn: 1, fanOut: 1),
      random: &random)
  }

  @Test(arguments: [(Float(0.1), 1), (0.25, 3), (0.75, 8), (0, 0), (1, 10)])
  func eachColumnHasItsZeros(sparsity: Float, zeros: Int) throws {
    let (units, inputs) = (10, 50)
    let w = try values(Sparse(sparsity: sparsity, std: 2), [units, inputs])
    var places = Set<Int>()
    for input in 0..<inputs {
      let rows = (0..<units).filter { w[$0 * inputs + input] == 0 }
      #expect(rows.count == zeros)
      places.formUnion(rows)
    }
    // No unit is left out, and none taken always.
    if zeros > 0 { #expect(places.count == units) }
  }

  @Test func theOthersAreNormal() throws {
    let w = try values(Sparse(sparsity: 0.5, std: 2), [100, 100]).filter { $0 != 0 }
    let mean = w.reduce(0) { $0 + Double($1) } / Double(w.count)
    let variance = w.reduce(0) { $0 + Double($1) * Double($1) } / Double(w.count)
    // Five standard errors of 5000 numbers.
    #expect(w.count == 5000 && abs(mean) < 0.142 && abs(variance.squareRoot() - 2) < 0.1)
  }

  @Test func filtersAreRefused() {
    #expect(throws: PluginError.self) { _ = try values(Sparse(sparsity: 0.5), [2, 2, 3, 3]) }
  }
}
