import Foundation

/// A few numbers, such as a metric of several runs.
package struct Sample: Sendable {
  package let values: [Double]

  package init(_ values: [Double]) { self.values = values }

  package var count: Int { values.count }
  package var mean: Double { values.reduce(0, +) / Double(count) }
  /// Σ (x − mean)² / (n − 1); not a number for fewer than two.
  package var variance: Double {
    guard count > 1 else { return .nan }
    let mean = mean
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
  }
  package var deviation: Double { variance.squareRoot() }
}

/// Whether two samples have one mean, where their variances need not be equal. Welch, 1947.
package struct WelchTest: Sendable {
  /// (m₁ − m₂) / √(v₁/n₁ + v₂/n₂).
  package let t: Double
  /// (v₁/n₁ + v₂/n₂)² / ((v₁/n₁)²/(n₁ − 1) + (v₂/n₂)²/(n₂ − 1)).
  package let degreesOfFreedom: Double
  /// The probability of a |t| as large as this where the means are equal.
  package let p: Double

  /// `nil` where a sample has fewer than two numbers, or none of them varies.
  package init?(_ first: Sample, _ second: Sample) {
    guard first.count > 1, second.count > 1 else { return nil }
    let (a, b) = (first.variance / Double(first.count), second.variance / Double(second.count))
    guard a + b > 0, (a + b).isFinite else { return nil }
    t = (first.mean - second.mean) / (a + b).squareRoot()
    degreesOfFreedom =
      (a + b) * (a + b)
      / (a * a / Double(first.count - 1) + b * b / Double(second.count - 1))
    // P(|T| > t) = I_{ν/(ν + t²)}(ν/2, ½)
    p = regularizedBeta(
      degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
  }
}

/// The regularized incomplete beta function I_x(a, b), by its continued fraction (Lentz's method).
func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  guard x > 0 else { return 0 }
  guard x < 1 else { return 1 }
  // The fraction converges fast on one side; the other follows from I_x(a, b) = 1 − I_{1−x}(b, a).
  if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a) }
  let front =
    exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x)) / a
  let tiny = 1e-300
  var c = 1.0
  var d = 1 / nonzero(1 - (a + b) * x / (a + 1), tiny)
  var fraction = d
  for m in 1...300 {
    let m = Double(m)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonzero(1 + even * d, tiny)
    c = nonzero(1 + even / c, tiny)
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonzero(1 + odd * d, tiny)
    c = nonzero(1 + odd / c, tiny)
    fraction *= d * c
    if abs(d * c - 1) < 1e-15 { break }
  }
  return front * fraction
}

private func nonzero(_ x: Double, _ tiny: Double) -> Double { abs(x) < tiny ? tiny : x }

/// ln Γ(x) for x > 0, by Lanczos's approximation with g = 7 and nine terms.
func logGamma(_ x: Double) -> Double {
  let terms = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
    1.5056327351493116e-7,
  ]
  let x = x - 1
  var sum = terms[0]
  for (place, term) in terms.enumerated().dropFirst() { sum += term / (x + Double(place)) }
  let base = x + 7.5
  return 0.5 * log(2 * Double.pi) + (x + 0.5) * log(base) - base + log(sum)
}
