/// Decimal numbers in bytes, read without regard to the locale.
package enum NumberText {
  /// Powers of ten that a Double holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The number that the bytes spell in full, blanks around it aside: `-1`, `.5`, `1e-3`.
  ///
  /// `nil` for anything else, for words such as `nan` and `inf` too. The result is the Double nearest to
  /// the number; one too large for a Double is infinite.
  package static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, decimal: UInt8 = UInt8(ascii: ".")
  ) -> Double? {
    var start = 0
    var end = bytes.count
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    var place = start
    var negative = false
    if place < end, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") {
      negative = bytes[place] == UInt8(ascii: "-")
      place += 1
    }
    var mantissa: UInt64 = 0
    var significant = 0
    var digits = 0
    var exponent = 0
    var afterPoint = false
    while place < end {
      let byte = bytes[place]
      if byte >= 0x30, byte <= 0x39 {
        digits += 1
        if significant > 0 || byte != 0x30 { significant += 1 }
        if significant <= 19 { mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30) }
        if afterPoint { exponent -= 1 }
      } else if byte == decimal, !afterPoint {
        afterPoint = true
      } else {
        break
      }
      place += 1
    }
    guard digits > 0 else { return nil }
    if place < end {
      guard bytes[place] | 0x20 == UInt8(ascii: "e") else { return nil }
      place += 1
      var below = false
      if place < end, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") {
        below = bytes[place] == UInt8(ascii: "-")
        place += 1
      }
      guard place < end else { return nil }
      var power = 0
      while place < end {
        guard bytes[place] >= 0x30, bytes[place] <= 0x39 else { return nil }
        // Beyond this every result is zero or infinite anyway.
        power = min(power * 10 + Int(bytes[place] &- 0x30), 100_000_000)
        place += 1
      }
      exponent += below ? -power : power
    }
    // One correctly rounded operation on two exact numbers is correctly rounded itself.
    if significant <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let value = Double(mantissa)
      let scaled = exponent < 0 ? value / powers[-exponent] : value * powers[exponent]
      return negative ? -scaled : scaled
    }
    return slow(UnsafeBufferPointer(rebasing: bytes[start..<end]), decimal)
  }

  private static func slow(_ bytes: UnsafeBufferPointer<UInt8>, _ decimal: UInt8) -> Double? {
    let point = UInt8(ascii: ".")
    return Double(String(decoding: bytes.map { $0 == decimal ? point : $0 }, as: UTF8.self))
  }
}
