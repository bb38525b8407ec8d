import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct FlattenTests {
  @Test func keepsOrder() throws {
    let x = numbers([2, 2, 1, 3])
    let y = try run(Flatten(), x)
    #expect(y == .init([2, 6], x.values))
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(Flatten(), [2, 1, 2, 2]) }
}
