import EspalierAugmentations
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct RotationTests {
  @Test func agreesWithTheReference() throws {
    try checkImages("augmentation/geometry", named: ["rotate"]) {
      reference, sample, shape, scratch in
      Rotation(degrees: 180).turn(
        sample, shape, scratch, degrees: Float(reference.number("degrees")!))
    }
  }

  @Test func squaresTurnByQuarters() throws {
    for reference in try Oracle.cases("augmentation/geometry", named: ["rotate_90"])
    where reference.inputs["x"]!.shape[1] == reference.inputs["x"]!.shape[2] {
      let x = reference.inputs["x"]!
      var sample = x.values.map { Float($0) }
      var scratch = sample
      sample.withUnsafeMutableBufferPointer { sample in
        scratch.withUnsafeMutableBufferPointer { scratch in
          Rotation(degrees: 180).turn(
            sample, ImageShape(x.shape)!, scratch, degrees: 90 * Float(reference.number("times")!))
        }
      }
      for (a, b) in zip(sample, reference.outputs["y"]!.values) {
        #expect(abs(Double(a) - b) < 1e-4)
      }
    }
  }

  @Test func anglesGoBothWays() throws {
    // Above the centre: turned counter-clockwise it goes to the left.
    let x = image(["00000", "00900", "00000", "00000", "00000"])
    let results = draws(Rotation(degrees: 20), of: x, [1, 5, 5])
    let left = results.count { $0[6] > 0 }
    #expect(left > 150 && results.count { $0[8] > 0 } > 150)
    // No angle brings the pixel farther than to its neighbours.
    #expect(results.allSatisfy { $0[7] > 4 })
  }

  @Test func fillStandsOutside() throws {
    try Rotation().check([1, 2, 2])
    #expect(throws: PluginError.self) { try Rotation().check([64]) }
    let results = draws(Rotation(degrees: 45, fill: 7), of: [7, 7, 7, 7], [2, 2])
    #expect(results.joined().allSatisfy { abs($0 - 7) < 1e-5 })
  }
}
