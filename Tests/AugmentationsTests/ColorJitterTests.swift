import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct ColorJitterTests {
  @Test(
    arguments: [
      ("brightness", ColorJitter.Change.brightness), ("contrast", .contrast),
      ("saturation", .saturation),
    ])
  func agreesWithTheReference(name: String, change: ColorJitter.Change) throws {
    try checkImages("augmentation/color", named: [name]) { reference, sample, shape, _ in
      ColorJitter().apply(change, Float(reference.number("factor")!), to: sample, shape)
    }
  }

  @Test func hueAgreesWithTheReference() throws {
    try checkImages("../augmentation/hue") { reference, sample, shape, _ in
      ColorJitter().apply(.hue, Float(reference.number("turn")!), to: sample, shape)
    }
  }

  @Test func otherScalesGiveTheSame() {
    let x: [Float] = [0.1, 0.9, 0.5, 0.3, 0.2, 0.7]
    let plugin = ColorJitter(brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.2)
    var other = plugin
    (other.low, other.high) = (-1, 3)
    for draw in 0..<20 {
      let random = CounterRandom(seed: 3, stream: "scales").fork(UInt64(draw))
      let y = plugin.applied(to: x, [3, 1, 2], random: random)
      let z = other.applied(to: x.map { 4 * $0 - 1 }, [3, 1, 2], random: random)
      // The shares of gray add up to 0.9999.
      #expect(zip(y, z).allSatisfy { abs(4 * $0 - 1 - $1) < 1e-3 })
    }
  }

  @Test func factorsLieAroundOne() {
    let results = draws(ColorJitter(brightness: 0.5), of: [0.5], [1, 1]).map { $0[0] }
    #expect(results.allSatisfy { $0 >= 0.25 && $0 <= 0.75 })
    #expect(results.min()! < 0.27 && results.max()! > 0.73)
    // A factor is never negative.
    let strong = draws(ColorJitter(brightness: 2), of: [0.25], [1, 1]).map { $0[0] }
    #expect(strong.min()! >= 0 && strong.max()! > 0.7 && Set(strong).count > 300)
  }

  /// Red turned by a share t of the circle gets the green t · 6 or the blue −t · 6.
  @Test func huesTurnBothWays() {
    let results = draws(ColorJitter(hue: 0.1), of: [1, 0, 0], [3, 1, 1])
    let turns = results.map { $0[1] > 0 ? $0[1] / 6 : -$0[2] / 6 }
    #expect(turns.allSatisfy { abs($0) <= 0.1 + 1e-6 })
    #expect(turns.min()! < -0.095 && turns.max()! > 0.095)
    #expect(turns.count { $0 < 0 } > 150 && turns.count { $0 > 0 } > 150)
  }

  /// The mean of gray takes in every pixel, whatever their number.
  @Test(arguments: [255, 256, 257, 600]) func contrastOfManyPixels(count: Int) {
    var x = (0..<count).map { Float($0 * 37 % 101) / 101 }
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(count)
    x.withUnsafeMutableBufferPointer {
      ColorJitter().apply(.contrast, 0, to: $0, ImageShape([1, 1, count])!)
    }
    #expect(x.allSatisfy { abs(Double($0) - mean) < 1e-6 })
  }

  /// Of other channels than three the gray is the mean: x → f·x + (1 − f)·mean.
  @Test func contrastOfTwoChannels() {
    var x: [Float] = [0.1, 0.3, 0.5, 0.7]
    x.withUnsafeMutableBufferPointer {
      ColorJitter().apply(.contrast, 0.5, to: $0, ImageShape([2, 1, 2])!)
    }
    for (found, expected) in zip(x, [0.25, 0.35, 0.45, 0.55] as [Float]) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test func theOrderIsDrawn() {
    let results = draws(ColorJitter(brightness: 1, contrast: 1), of: [0, 1], [1, 1, 2])
    // Brighter last: white is cut off, and black has become gray before.
    #expect(results.contains { $0[0] > 0 && $0[1] == 1 })
    // Brighter first, which changes nothing here: black and white move by as much.
    #expect(results.contains { $0[0] > 0 && $0[1] < 1 && abs($0[0] + $0[1] - 1) < 1e-6 })
  }

  @Test func grayImagesHaveNoColours() throws {
    try ColorJitter(brightness: 0.5, contrast: 0.5).check([1, 4, 4])
    for plugin in [ColorJitter(saturation: 0.1), ColorJitter(hue: 0.1)] {
      #expect(throws: PluginError.self) { try plugin.check([1, 4, 4]) }
      #expect(throws: PluginError.self) { try plugin.check([4, 4]) }
      try plugin.check([3, 4, 4])
    }
    #expect(throws: PluginError.self) { try ColorJitter().check([64]) }
    #expect(throws: PluginError.self) { try ColorJitter(low: 1, high: 0).validate() }
  }

  @Test func whatIsNoColourDoesNotCrash() {
    for bad in [Float.nan, .infinity, -.infinity] {
      let y = ColorJitter(saturation: 0.5, hue: 0.5).applied(to: [0.5, bad, 0.2], [3, 1, 1])
      #expect(y.count == 3)
    }
  }
}
