import EspalierProtocols
import EspalierViews
import Testing

/// Adds a random number to all of a sample.
private struct Lift: Augmentation {
  static let manifest = Manifest("lift", "x + n")
  func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    let n = 1 + random.uniform()
    for place in sample.indices { sample[place] += n }
  }
}

private struct Mixer: BatchAugmentation {
  static let manifest = Manifest("mixer", "nothing")
  func mix(_ batch: inout SampleBatch, random: inout CounterRandom) {}
}

@Suite struct RepeatedTests {
  @Test func asItIsAndChanged() {
    let sides = Repeated([Lift(), Lift()], times: 3).sides(of: [0, 0], [2])
    #expect(sides[0] == [0, 0])
    #expect(sides.count == 4)
    #expect(Set(sides).count == 4)
    for side in sides.dropFirst() { #expect(side[0] == side[1] && side[0] >= 2 && side[0] < 4) }
    #expect(Repeated([Lift(), Lift()], times: 3).sides(of: [0, 0], [2]) == sides)
    #expect(Repeated([Lift(), Lift()], times: 3, seed: 1).sides(of: [0, 0], [2]) != sides)
  }

  @Test func mixersAreNoViews() {
    #expect(throws: PluginError.self) { try Repeated([Mixer()]).check([2]) }
  }
}
