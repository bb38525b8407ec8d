import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct TimeShiftTests {
  @Test func conforms() throws {
    try checkSample(of: TimeShift.self)
    try checkDeterminism(of: TimeShift(steps: 2), shapes: [[7], [2, 9]])
    try checkRoundTrip(of: TimeShift(steps: 2))
  }

  @Test func movesByAllSteps() {
    var found: Set<[Float]> = []
    for draw in 0..<40 {
      var sample: [Float] = [1, 2, 3]
      var scratch: [Float] = [9, 9, 9]
      var random = CounterRandom(seed: 1, stream: "test").fork(UInt64(draw))
      sample.withUnsafeMutableBufferPointer { sample in
        scratch.withUnsafeMutableBufferPointer { scratch in
          TimeShift(steps: 1).augment(sample, shape: [3], scratch: scratch, random: &random)
        }
      }
      found.insert(sample)
    }
    #expect(found == [[1, 2, 3], [0, 1, 2], [2, 3, 0]])
  }

  @Test func refusesShortSeries() {
    #expect(throws: PluginError.self) { try TimeShift(steps: 3).check([4, 3]) }
  }
}
