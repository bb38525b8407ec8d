extension Array where Element == Float {
  /// The values in ascending order; none may be NaN.
  ///
  /// Three passes of a radix sort over their bits, which takes a few nanoseconds a value, where comparing
  /// takes some hundred.
  package func ascending() -> [Float] {
    guard count > 2048 else { return sorted() }
    // Bits whose order as whole numbers is that of the values.
    var keys = map { value -> UInt32 in
      let bits = value.bitPattern
      return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    }
    var other = keys
    for shift: UInt32 in [0, 11, 22] {
      var starts = [Int](repeating: 0, count: 1 << 11)
      for key in keys { starts[Int(key >> shift & 0x7FF)] += 1 }
      var next = 0
      for place in starts.indices {
        let number = starts[place]
        starts[place] = next
        next += number
      }
      keys.withUnsafeBufferPointer { keys in
        other.withUnsafeMutableBufferPointer { other in
          starts.withUnsafeMutableBufferPointer { starts in
            for key in keys {
              let digit = Int(key >> shift & 0x7FF)
              other[starts[digit]] = key
              starts[digit] += 1
            }
          }
        }
      }
      swap(&keys, &other)
    }
    return keys.map { key in
      Float(bitPattern: key & 0x8000_0000 == 0 ? ~key : key & 0x7FFF_FFFF)
    }
  }
}
