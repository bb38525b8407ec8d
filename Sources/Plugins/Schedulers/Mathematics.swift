#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The C library's functions under names that no tensor function shares.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
func exponential(_ x: Double) -> Double { exp(x) }

/// From `start` (share 0) to `end` (share 1) along half a cosine.
func cosineAnneal(from start: Double, to end: Double, _ share: Double) -> Double {
  end + (start - end) * (1 + cos(Double.pi * share)) / 2
}

/// From `start` (share 0) to `end` (share 1) along a line.
func linearAnneal(from start: Double, to end: Double, _ share: Double) -> Double {
  start + (end - start) * share
}
