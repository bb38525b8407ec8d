import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct ResizedCropTests {
  private func resize(_ reference: OracleCase, _ part: PixelBox) -> String? {
    let x = reference.inputs["x"]!
    let y = reference.outputs["y"]!
    var source = x.values.map { Float($0) }
    var found = [Float](repeating: .nan, count: y.values.count)
    source.withUnsafeMutableBufferPointer { source in
      found.withUnsafeMutableBufferPointer { found in
        ImageShape(x.shape)!.resize(
          part, of: source, into: found, rows: y.shape[1], columns: y.shape[2])
      }
    }
    return reference.difference(
      "y", .init(y.shape, found.map { Double($0) }), y, precision: .single)
  }

  @Test func resizesLikeTheReference() throws {
    for reference in try Oracle.cases("augmentation/geometry", named: ["resize"])
    where reference.text("mode") == "bilinear" {
      let shape = reference.inputs["x"]!.shape
      let whole = PixelBox(top: 0, left: 0, height: shape[1], width: shape[2])
      #expect(resize(reference, whole) == nil, "\(reference.id)")
    }
  }

  @Test func cropsLikeTheReference() throws {
    let cases =
      try Oracle.cases("augmentation/geometry", named: ["crop"])
      + Oracle.cases("../augmentation/resized_crop")
    #expect(cases.count == 4)
    for reference in cases {
      func number(_ name: String) -> Int { Int(reference.number(name)!) }
      let part = PixelBox(
        top: number("top"), left: number("left"), height: number("height"), width: number("width"))
      #expect(resize(reference, part) == nil, "\(reference.id)")
    }
  }

  @Test func partsHaveTheirAreaRatioAndPlace() {
    let image = ImageShape([3, 60, 80])!
    let plugin = ResizedCrop(minimum: 0.25, maximum: 0.5, ratio: 2)
    var random = CounterRandom(seed: 5, stream: "parts")
    let parts = (0..<2000).map { _ in plugin.draw(image, &random) }
    let areas = parts.map { Float($0.height * $0.width) / 4800 }
    // Whole pixels are a little off.
    #expect(areas.allSatisfy { $0 > 0.24 && $0 < 0.52 })
    #expect(areas.min()! < 0.26 && areas.max()! > 0.48)
    let ratios = parts.map { Float($0.width) / Float($0.height) }
    #expect(ratios.allSatisfy { $0 > 0.48 && $0 < 2.1 })
    #expect(ratios.min()! < 0.55 && ratios.max()! > 1.9)
    #expect(ratios.count { $0 < 1 } > 800 && ratios.count { $0 > 1 } > 800)
    #expect(
      parts.allSatisfy {
        $0.top >= 0 && $0.left >= 0 && $0.top + $0.height <= 60 && $0.left + $0.width <= 80
      })
    #expect(parts.contains { $0.top == 0 } && parts.contains { $0.top + $0.height == 60 })
    #expect(parts.contains { $0.left == 0 } && parts.contains { $0.left + $0.width == 80 })
  }

  @Test func whatIsMuchLongerGivesItsMiddle() {
    let image = ImageShape([1, 10, 100])!
    var random = CounterRandom(seed: 5, stream: "parts")
    let part = ResizedCrop(minimum: 1, maximum: 1, ratio: 1).draw(image, &random)
    #expect(part.height == 10 && part.width == 10 && part.top == 0 && part.left == 45)
  }

  @Test func whatIsTooLongOrTooSmallGivesItsMiddle() {
    var random = CounterRandom(seed: 5, stream: "parts")
    func part(_ shape: Shape, _ ratio: Float) -> [Int] {
      let part = ResizedCrop(minimum: 1, maximum: 1, ratio: ratio).draw(
        ImageShape(shape)!, &random)
      return [part.top, part.left, part.height, part.width]
    }
    #expect(part([1, 10, 100], 2) == [0, 40, 10, 20])
    #expect(part([1, 100, 10], 2) == [40, 0, 20, 10])
    #expect(part([1, 1, 9], 1) == [0, 4, 1, 1])
    #expect(part([1, 9, 1], 1) == [4, 0, 1, 1])
  }

  @Test func partsOfOnePixelAreDrawn() {
    var random = CounterRandom(seed: 5, stream: "pixels")
    let plugin = ResizedCrop(minimum: 0.25, maximum: 0.25, ratio: 1)
    let lefts = (0..<100).map { _ in plugin.draw(ImageShape([1, 1, 4])!, &random).left }
    #expect(Set(lefts) == [0, 1, 2, 3])
    let tops = (0..<100).map { _ in plugin.draw(ImageShape([1, 4, 1])!, &random).top }
    #expect(Set(tops) == [0, 1, 2, 3])
  }

  @Test func refuses() throws {
    #expect(throws: PluginError.self) { try ResizedCrop().check([64]) }
    #expect(throws: PluginError.self) { try ResizedCrop(minimum: 0.5, maximum: 0.4).validate() }
  }
}
