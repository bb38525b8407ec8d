import EspalierProtocols

/// The numbers 0..<count in an order that can be shuffled: 4 bytes each where they fit.
final class SampleOrder: @unchecked Sendable {
  // Written by `reset` and `shuffle` only, while nobody reads.
  let count: Int
  private let narrow: UnsafeMutableBufferPointer<UInt32>?
  private let wide: UnsafeMutableBufferPointer<Int>?

  init(count: Int) {
    self.count = count
    if count <= 1 << 32 {
      narrow = .allocate(capacity: count)
      narrow!.initialize(repeating: 0)
      wide = nil
    } else {
      wide = .allocate(capacity: count)
      wide!.initialize(repeating: 0)
      narrow = nil
    }
    reset()
  }

  deinit {
    narrow?.deallocate()
    wide?.deallocate()
  }

  /// Puts the numbers into their own order.
  func reset() {
    if let narrow { for place in 0..<count { narrow[place] = UInt32(place) } }
    if let wide { for place in 0..<count { wide[place] = place } }
  }

  /// Brings the numbers, in their own order, into a random one: that of ``CounterRandom/permutation(_:)``.
  func shuffle(_ random: inout CounterRandom) {
    reset()
    if let narrow { Self.shuffle(narrow, &random) }
    if let wide { Self.shuffle(wide, &random) }
  }

  private static func shuffle<Number>(
    _ numbers: UnsafeMutableBufferPointer<Number>, _ random: inout CounterRandom
  ) {
    for place in stride(from: numbers.count - 1, to: 0, by: -1) {
      numbers.swapAt(place, random.integer(below: place + 1))
    }
  }

  subscript(place: Int) -> Int {
    if let narrow { return Int(narrow[place]) }
    return wide![place]
  }

  /// Writes the numbers at some places.
  func copy(_ places: Range<Int>, to output: UnsafeMutablePointer<Int>) {
    for index in 0..<places.count { output[index] = self[places.lowerBound + index] }
  }
}
