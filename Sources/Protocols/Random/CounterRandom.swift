/// Random numbers as a function of where they are used: (seed, stream, step, index).
///
/// Nothing is drawn in a global order, so neither threads nor a resumed run can change a number. The
/// generator is Threefry-2×32 (Salmon et al., 2011); the C kernels give the same bits.
public struct CounterRandom: Sendable {
  private let key: (UInt32, UInt32)
  private var index: UInt64 = 0

  /// A sequence of its own for each seed, stream and step.
  public init(seed: UInt64, stream: UInt32, step: UInt64 = 0) {
    let first = Self.threefry(
      (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)),
      (UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32)), rounds: 20)
    // The constant keeps blocks of streams apart from blocks of indices.
    key = Self.threefry(first, (stream, 0x4553_5021), rounds: 20)
  }

  /// A stream with a name, such as what the numbers are for.
  public init(seed: UInt64, stream name: String, step: UInt64 = 0) {
    self.init(seed: seed, stream: Recorder.stream(named: name), step: step)
  }

  /// A sequence of its own for each of many things: samples of an epoch, say.
  public func fork(_ number: UInt64) -> CounterRandom {
    var copy = self
    copy.index = number << 24
    return copy
  }

  /// The 64 bits at an index.
  public func bits(at index: UInt64) -> UInt64 {
    let words = Self.threefry(
      key, (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32)), rounds: 13)
    return UInt64(words.0) | UInt64(words.1) << 32
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    defer { index &+= 1 }
    return bits(at: index)
  }

  /// 0 ≤ x < 1 in steps of 2⁻²⁴.
  public mutating func uniform() -> Float { Self.uniform(next()) }

  /// low ≤ x < high.
  public mutating func uniform(in range: Range<Float>) -> Float {
    let value = range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
    return value < range.upperBound ? value : range.upperBound.nextDown
  }

  /// Mean 0, variance 1.
  public mutating func normal() -> Float { Self.normal(next()) }

  /// 0 ≤ n < count, each equally likely.
  public mutating func integer(below count: Int) -> Int {
    precondition(count > 0)
    let bound = UInt64(count)
    // Values in the last, incomplete run of `count` are drawn again.
    let limit = UInt64.max - (UInt64.max % bound + 1) % bound
    while true {
      let value = next()
      if value <= limit { return Int(value % bound) }
    }
  }

  /// The numbers 0..<count in random order (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var result = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) {
      result.swapAt(place, integer(below: place + 1))
    }
    return result
  }

  /// The number at an index, the same as a recorded random node's element.
  package func value(_ distribution: RandomDistribution, at index: UInt64) -> Float {
    switch distribution {
    case .uniform: Self.uniform(bits(at: index))
    case .normal: Self.normal(bits(at: index))
    }
  }

  static func uniform(_ bits: UInt64) -> Float {
    Float(UInt32(truncatingIfNeeded: bits) >> 8) * 0x1p-24
  }

  static func normal(_ bits: UInt64) -> Float {
    let radius = (Double(UInt32(truncatingIfNeeded: bits) >> 8) + 1) * 0x1p-24
    let angle = Double(UInt32(truncatingIfNeeded: bits >> 32) >> 8) * 0x1p-24 * 2 * Double.pi
    return Float(_sqrt(-2 * _log(radius)) * _cos(angle))
  }

  /// `rounds` rounds over two words.
  package static func threefry(_ key: (UInt32, UInt32), _ counter: (UInt32, UInt32), rounds: Int)
    -> (
      UInt32, UInt32
    )
  {
    let third = 0x1BD1_1BDA ^ key.0 ^ key.1
    var x = counter.0 &+ key.0
    var y = counter.1 &+ key.1
    func mix(_ rotation: UInt32) {
      x = x &+ y
      y = (y &<< rotation | y &>> (32 - rotation)) ^ x
    }
    for group in 0..<rounds / 4 {
      if group % 2 == 0 {
        mix(13)
        mix(15)
        mix(26)
        mix(6)
      } else {
        mix(17)
        mix(29)
        mix(16)
        mix(24)
      }
      switch group % 3 {
      case 0: (x, y) = (x &+ key.1, y &+ third)
      case 1: (x, y) = (x &+ third, y &+ key.0)
      default: (x, y) = (x &+ key.0, y &+ key.1)
      }
      y = y &+ UInt32(group + 1)
    }
    // 13 rounds end with one of a group.
    for round in 0..<rounds % 4 {
      let (even, odd): (UInt32, UInt32) = round == 0 ? (13, 17) : round == 1 ? (15, 29) : (26, 16)
      mix(rounds / 4 % 2 == 0 ? even : odd)
    }
    return (x, y)
  }
}
