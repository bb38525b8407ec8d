import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct ReshapeTests {
  @Test func keepsOrder() throws {
    let x = numbers([2, 12])
    #expect(try run(Reshape([1, 3, 4]), x) == .init([2, 1, 3, 4], x.values))
    #expect(try run(Reshape([-1, 2]), x) == .init([2, 6, 2], x.values))
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(Reshape([2, 3]), [2, 6]) }

  @Test func mistakesAreNamed() {
    #expect(refuses(Reshape([5]), [2, 12], "a sample of 12 numbers"))
    #expect(refuses(Reshape([-1, 5]), [2, 12], "a sample of 12 numbers"))
    #expect(throws: PluginError.self) { try Reshape([-1, -1]).validate() }
    #expect(throws: PluginError.self) { try Reshape([0, 3]).validate() }
  }
}
