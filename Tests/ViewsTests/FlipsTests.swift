import EspalierProtocols
import EspalierViews
import Testing

@Suite struct FlipsTests {
  @Test func sides() {
    let image: [Float] = [1, 2, 3, 4, 5, 6]
    #expect(Flips().sides(of: image, [2, 3]) == [image, [3, 2, 1, 6, 5, 4]])
    #expect(
      Flips(vertical: true).sides(of: image, [1, 2, 3])
        == [image, [3, 2, 1, 6, 5, 4], [4, 5, 6, 1, 2, 3], [6, 5, 4, 3, 2, 1]])
    #expect(
      Flips(horizontal: false, vertical: true).sides(of: image, [2, 3])
        == [image, [4, 5, 6, 1, 2, 3]])
    // Channels stay apart.
    #expect(Flips().sides(of: [1, 2, 3, 4], [2, 1, 2])[1] == [2, 1, 4, 3])
  }

  @Test func tablesAreNoImages() {
    #expect(throws: PluginError.self) { try Flips().check([4]) }
  }
}
