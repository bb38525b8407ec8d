import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct UpsampleTests {
  @Test func valuesAreRepeated() throws {
    let image = try run(Upsample(Pair(2, 3)), .init([1, 1, 2, 2], [1, 2, 3, 4]))
    #expect(image.shape == [1, 1, 4, 6])
    let rows: [[Double]] = [[1, 1, 1, 2, 2, 2], [3, 3, 3, 4, 4, 4]]
    #expect(image.values == rows[0] + rows[0] + rows[1] + rows[1])
    let sequence = try run(Upsample(2), .init([1, 2, 2], [1, 2, 3, 4]))
    #expect(sequence == .init([1, 2, 4], [1, 1, 2, 2, 3, 3, 4, 4]))
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Upsample(Pair(2, 3)), [2, 2, 2, 3])
    try checkSlopes(Upsample(3), [2, 2, 3])
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(Upsample(2), [4, 9], "takes images"))
    #expect(refuses(Upsample(Pair(2, 3)), [1, 2, 4], "takes one number"))
  }
}
