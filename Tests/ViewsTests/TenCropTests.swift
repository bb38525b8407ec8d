import EspalierProtocols
import EspalierViews
import Testing

@Suite struct TenCropTests {
  @Test func cornersMiddleAndMirrors() {
    let image: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let sides = TenCrop(padding: 1).sides(of: image, [3, 3])
    #expect(sides.count == 10)
    #expect(sides[0] == image)
    #expect(sides[1] == [0, 0, 0, 0, 1, 2, 0, 4, 5])
    #expect(sides[2] == [0, 0, 0, 2, 3, 0, 5, 6, 0])
    #expect(sides[3] == [0, 4, 5, 0, 7, 8, 0, 0, 0])
    #expect(sides[4] == [5, 6, 0, 8, 9, 0, 0, 0, 0])
    #expect(sides[5] == [3, 2, 1, 6, 5, 4, 9, 8, 7])
    // The mirror image is moved, not the moved one mirrored.
    #expect(sides[6] == [0, 0, 0, 0, 3, 2, 0, 6, 5])
    #expect(TenCrop(padding: 1, mirrors: false).sides(of: image, [3, 3]) == Array(sides[..<5]))
  }

  @Test func cornersLieByThePadding() {
    let sides = TenCrop(padding: 2, mirrors: false).sides(of: [1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3])
    #expect(sides[1] == [0, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(sides[2] == [0, 0, 0, 0, 0, 0, 3, 0, 0])
    #expect(sides[3] == [0, 0, 7, 0, 0, 0, 0, 0, 0])
    #expect(sides[4] == [9, 0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func paddingBeyondTheImage() {
    #expect(throws: PluginError.self) { try TenCrop(padding: 3).check([1, 3, 5]) }
    #expect(throws: PluginError.self) { try TenCrop(padding: 1).check([9]) }
  }
}
