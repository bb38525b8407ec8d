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

// In double precision, under names that do not hide the tensor functions of Protocols.
func _exp(_ x: Double) -> Double { exp(x) }
func _log(_ x: Double) -> Double { log(x) }

/// Sine and cosine of an angle in degrees.
func sineAndCosine(degrees: Float) -> (sine: Float, cosine: Float) {
  let angle = Double(degrees) * .pi / 180
  return (Float(sin(angle)), Float(cos(angle)))
}

extension CounterRandom {
  /// low ≤ x ≤ high; equal bounds give themselves.
  mutating func between(_ low: Float, _ high: Float) -> Float { low + uniform() * (high - low) }
}
