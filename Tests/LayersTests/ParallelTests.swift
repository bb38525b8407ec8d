import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct ParallelTests {
  private let branches: [any Layer] = [
    Dense(3, bias: false), ActivationLayer(Rectifier()), Dense(3, bias: false),
  ]
  private let weights = [
    "dense_1.weight": numbers([3, 3], seed: 1).values,
    "dense_2.weight": numbers([3, 3], seed: 2).values,
  ]

  private func parts(_ x: Evaluation.Array) throws -> [[Double]] {
    let first = try run(branches[0], x, parameters: ["weight": weights["dense_1.weight"]!])
    let second = try run(branches[2], x, parameters: ["weight": weights["dense_2.weight"]!])
    return [first.values, x.values.map { max($0, 0) }, second.values]
  }

  @Test func resultsAreJoined() throws {
    let x = numbers([2, 3])
    let parts = try parts(x)
    func result(_ join: Parallel.Join) throws -> Evaluation.Array {
      try run(Parallel(branches, join: join), x, parameters: weights)
    }
    let rows = (0..<2).flatMap { row in parts.flatMap { $0[row * 3..<row * 3 + 3] } }
    #expect(try result(.concat) == .init([2, 9], rows))
    let sums = (0..<6).map { parts[0][$0] + parts[1][$0] + parts[2][$0] }
    #expect(try result(.sum) == .init([2, 3], sums))
    #expect(try result(.mean) == .init([2, 3], sums.map { $0 / 3 }))
  }

  @Test func channelsOfImagesAndLastAxes() throws {
    let convolutions: [any Layer] = [Conv2D(2, kernel: 1), Conv2D(3, padding: .same)]
    #expect(try record(Parallel(convolutions), [1, 4, 5, 6]).shape == [1, 5, 5, 6])
    let dense: [any Layer] = [Dense(2), Dense(3)]
    #expect(try record(Parallel(dense, axis: -1), [1, 4, 5]).shape == [1, 4, 5])
    #expect(refuses(Parallel(dense), [1, 4, 5], "[1×4×2], [1×4×3], which one cannot join"))
  }

  @Test func gradientIsTheSlope() throws {
    for join in Parallel.Join.allCases { try checkSlopes(Parallel(branches, join: join), [2, 3]) }
  }

  @Test func namesAreThoseOfLayersInARow() throws {
    let layers: [any Layer] = [Dense(2), Dense(2).named("side"), Sequential([Dense(2)])]
    #expect(
      try record(Parallel(layers), [2, 3]).variables.variables.map(\.name).filter {
        $0.hasSuffix("weight")
      } == [
        "parallel_1.dense_1.weight", "parallel_1.side.weight",
        "parallel_1.sequential_1.dense_1.weight",
      ])
  }

  @Test func mistakesAreNamed() {
    let uneven: [any Layer] = [Dense(1), Dense(3)]
    #expect(refuses(Parallel(uneven, join: .sum), [2, 3], "[2×1], [2×3], which one cannot add"))
    #expect(refuses(Parallel(uneven, axis: 2), [2, 3], "cannot join along axis 2"))
    #expect(refuses(Parallel(uneven, axis: -2), [2, 3], "cannot join along axis -2"))
    #expect(throws: PluginError.self) { try Parallel([]).validate() }
    #expect(throws: PluginError.self) { try Parallel([Dense(1)], axis: 0).validate() }
  }
}
