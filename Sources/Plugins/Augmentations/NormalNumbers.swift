import EspalierProtocols

// The C library's logarithm, sine and cosine take one number at a time, which is most of the time that
// noise takes. These take eight, by operations that give the same bits on every machine.

extension CounterRandom {
  /// Independent numbers with mean 0 and variance 1 (Box and Muller, 1958).
  mutating func sixteenNormals() -> (SIMD8<Float>, SIMD8<Float>) {
    var (low, high) = (SIMD8<UInt32>(), SIMD8<UInt32>())
    for lane in 0..<8 {
      let bits = next()
      low[lane] = UInt32(truncatingIfNeeded: bits)
      high[lane] = UInt32(truncatingIfNeeded: bits >> 32)
    }
    // Above zero, which has no logarithm.
    let radius = (-2 * logarithm(2 - oneToTwo(low))).squareRoot()
    let (sine, cosine) = sineAndCosine(turns: oneToTwo(high) - 1)
    return (radius * cosine, radius * sine)
  }
}

/// 1 ≤ x < 2, from the upper bits.
private func oneToTwo(_ bits: SIMD8<UInt32>) -> SIMD8<Float> {
  unsafeBitCast(bits &>> 9 | 0x3f80_0000, to: SIMD8<Float>.self)
}

/// Natural logarithm of numbers in (0, 1], to 1e-6.
private func logarithm(_ x: SIMD8<Float>) -> SIMD8<Float> {
  // x = m · 2^e, √½ ≤ m < √2: the exponent changes at √½, whose bits these are.
  let bits = unsafeBitCast(x, to: SIMD8<UInt32>.self) &+ (0x3f80_0000 - 0x3f35_04f3)
  let m = unsafeBitCast(bits & 0x7f_ffff &+ 0x3f35_04f3, to: SIMD8<Float>.self)
  // As the last bits of 2²³, e can be read as a number.
  let exponent = unsafeBitCast(bits &>> 23 | 0x4b00_0000, to: SIMD8<Float>.self) - (8_388_608 + 127)
  // log m = 2 artanh s
  let s = (m - 1) / (m + 1)
  return exponent * 0.693_147_18 + 2 * s * series(s * s, 1 / 3, 1 / 5, 1 / 7, 1 / 9)
}

/// 1 + ax + bx² + cx³ + dx⁴
private func series(
  _ x: SIMD8<Float>, _ a: Float, _ b: Float, _ c: Float, _ d: Float
) -> SIMD8<Float> {
  var sum = x * d + c
  sum = x * sum + b
  sum = x * sum + a
  return x * sum + 1
}

/// Sine and cosine of angles in turns, 0 ≤ t < 1, to 1e-6.
private func sineAndCosine(turns: SIMD8<Float>) -> (SIMD8<Float>, SIMD8<Float>) {
  // The nearest quarter: beside 1.5 · 2²³ there is no room for fractions.
  let quarters = 4 * turns
  let rounded = quarters + 12_582_912
  let quarter = unsafeBitCast(rounded, to: SIMD8<UInt32>.self) & 3
  let x = (quarters - (rounded - 12_582_912)) * (Float.pi / 2)
  let s = x * series(x * x, -1 / 6, 1 / 120, -1 / 5040, 1 / 362_880)
  let c = series(x * x, -1 / 2, 1 / 24, -1 / 720, 1 / 40320)
  // Every other quarter exchanges them; all bits are ones there. Two quarters have the other sign.
  let isOdd = 0 &- (quarter & 1)
  let (a, b) = (unsafeBitCast(s, to: SIMD8<UInt32>.self), unsafeBitCast(c, to: SIMD8<UInt32>.self))
  let sine = (a & ~isOdd | b & isOdd) ^ (quarter & 2) &<< 30
  let cosine = (b & ~isOdd | a & isOdd) ^ ((quarter &+ 1) & 2) &<< 30
  return (
    unsafeBitCast(sine, to: SIMD8<Float>.self), unsafeBitCast(cosine, to: SIMD8<Float>.self)
  )
}
