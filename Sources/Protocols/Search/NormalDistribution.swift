#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The normal distribution of mean 0 and variance 1.
package enum NormalDistribution {
  /// Φ(x), the share of numbers below x.
  package static func share(below x: Double) -> Double { 0.5 * erfc(-x / 2.squareRoot()) }

  /// exp(−x²/2) / √(2π).
  package static func density(_ x: Double) -> Double {
    exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  }

  /// The x below which a share of the numbers lies, within ±7.
  ///
  /// By bisection: Φ grows, and a search asks for few of these numbers.
  package static func quantile(_ share: Double) -> Double {
    var (low, high) = (-7.0, 7.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if self.share(below: middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

// The C library's functions under names that do not hide the tensor functions of this module.
func _exp(_ x: Double) -> Double { exp(x) }
func _log10(_ x: Double) -> Double { log10(x) }
func _pow10(_ x: Double) -> Double { pow(10, x) }
