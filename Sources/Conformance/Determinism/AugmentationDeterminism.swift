import Espalier
import EspalierProtocols

/// Checks that an augmentation is a function of the sample and the sample's random sequence.
///
/// It reads no scratch memory that it has not written, writes nowhere but into the sample and the
/// scratch memory, leaves finite numbers, and does something in 32 draws. One that mixes a batch leaves
/// shares of classes that add up to 1, and weights that are not negative. Many threads at once, and small
/// runs with more or fewer threads, come to the same bits.
///
/// - Parameter shapes: of the samples that are tried, all of which it must accept; unless given, a row
///   of features and images, of which it must accept one.
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkDeterminism(of augmentation: some Augmentation, shapes: [Shape]? = nil) throws {
  try validated(augmentation)
  let name = augmentation.pluginName
  let usual: [Shape] = [[12], [1, 8, 8], [3, 6, 9]]
  let taken = try shapes ?? accepted(usual, by: name) { try augmentation.check($0) }
  for shape in taken {
    try checking(name, "for a sample \(shape)") {
      try augmentation.check(shape)
      if let mixing = augmentation as? any BatchAugmentation {
        try MixingTrial(mixing, shape).check()
      } else {
        let trial = AugmentationTrial(augmentation, shape)
        try trial.checkDraws()
        if let difference = trial.differenceAmongThreads() {
          throw ConformanceFailure(name, difference)
        }
      }
    }
    let run = try SmallRun(of: [augmentation], sampleShape: shape) {
      $0.data.augment = [augmentation]
    }
    try checkSameBits(run, of: name)
  }
}

/// One augmentation on one sample.
private struct AugmentationTrial {
  let augmentation: any Augmentation
  let shape: Shape
  let sample: [Float]
  private let guards = 16
  private let mark: Float = 4321.5
  private let draws = 32

  init(_ augmentation: any Augmentation, _ shape: Shape) {
    self.augmentation = augmentation
    self.shape = shape
    sample = Evaluation.Array.uneven(shape).floats
  }

  /// The changed sample.
  func result(draw: Int, scratch content: Float) throws -> [Float] {
    let count = shape.count
    let room = [Float](repeating: mark, count: guards)
    var values = room + sample + room
    var scratch = room + [Float](repeating: content, count: count) + room
    var random = CounterRandom(seed: 11, stream: "conformance").fork(UInt64(draw))
    values.withUnsafeMutableBufferPointer { values in
      scratch.withUnsafeMutableBufferPointer { scratch in
        augmentation.augment(
          UnsafeMutableBufferPointer(rebasing: values[guards..<guards + count]), shape: shape,
          scratch: UnsafeMutableBufferPointer(rebasing: scratch[guards..<guards + count]),
          random: &random)
      }
    }
    for (memory, what) in [(values, "sample"), (scratch, "scratch memory")] {
      guard (memory.prefix(guards) + memory.suffix(guards)).allSatisfy({ $0 == mark }) else {
        throw ConformanceFailure(augmentation.pluginName, "writes outside of the \(what)")
      }
    }
    return Array(values[guards..<guards + count])
  }

  func checkDraws() throws {
    let name = augmentation.pluginName
    var changes = false
    for draw in 0..<draws {
      let first = try result(draw: draw, scratch: 0)
      if let place = first.firstIndex(where: { !$0.isFinite }) {
        throw ConformanceFailure(
          name, "element \(place) becomes \(first[place]), all were finite before")
      }
      changes = changes || first != sample
      for content: Float in [0, 98765.5, .nan] {
        let other = try result(draw: draw, scratch: content)
        for place in first.indices where first[place].bitPattern != other[place].bitPattern {
          throw ConformanceFailure(
            name,
            "element \(place) becomes \(first[place]) and then \(other[place]) from the same sample "
              + "and random sequence"
              + (content == 0 ? "" : ", as the scratch memory was: it may be of any content"))
        }
      }
    }
    guard changes else {
      throw ConformanceFailure(name, "leaves the sample as it is in \(draws) draws")
    }
  }

  /// - Returns: what differs when several threads work at once.
  func differenceAmongThreads() -> String? {
    concurrently(8) { draw -> [Float]? in try? result(draw: draw, scratch: 1) }
      .enumerated().lazy.compactMap { draw, found in
        found == (try? result(draw: draw, scratch: 1))
          ? nil : "draw \(draw) differs when other threads work at the same time"
      }.first
  }
}
