import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// eˣ
func exponential(_ x: Float) -> Float { exp(x) }

/// Natural logarithm.
func logarithm(_ x: Float) -> Float { log(x) }

/// Sine and cosine of an angle in degrees.
func sineAndCosine(degrees: Float) -> (sine: Float, cosine: Float) {
  let angle = Double(degrees) * .pi / 180
  return (Float(sin(angle)), Float(cos(angle)))
}

extension CounterRandom {
  /// low ≤ x ≤ high; equal bounds give themselves.
  mutating func between(_ low: Float, _ high: Float) -> Float { low + uniform() * (high - low) }

  /// Two independent numbers with mean 0 and variance 1 (Box and Muller, 1958).
  mutating func normalPair() -> (Float, Float) {
    let bits = next()
    // Above zero, which has no logarithm.
    let first = (Float(UInt32(truncatingIfNeeded: bits) >> 8) + 0.5) * 0x1p-24
    let second = Float(UInt32(truncatingIfNeeded: bits >> 32) >> 8) * 0x1p-24
    let radius = (-2 * log(first)).squareRoot()
    let angle = 2 * Float.pi * second
    return (radius * cos(angle), radius * sin(angle))
  }
}
