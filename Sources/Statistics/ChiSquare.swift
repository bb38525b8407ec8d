/// Pearson's chi-square test of whether samples in several groups fall into categories alike.
///
/// χ² = Σ (observed − expected)² / expected, with (groups − 1) · (categories − 1) degrees of freedom.
/// Same as `scipy.stats.chi2_contingency(correction=False)` on the categories that occur.
package struct ChiSquare: Sendable {
  package let statistic: Double
  /// Degrees of freedom.
  package let freedom: Int
  /// Probability of a statistic as great or greater where the groups are alike.
  package let probability: Double

  /// - Parameter counts: of each group by category, all groups with the same categories.
  package init(_ counts: [[Int]]) {
    let groups = counts.filter { $0.contains { $0 > 0 } }
    let categories = (groups.first ?? []).indices.filter { place in
      groups.contains { $0[place] > 0 }
    }
    let total = Double(groups.reduce(0) { $0 + $1.reduce(0, +) })
    var sum = 0.0
    for group in groups {
      let size = Double(group.reduce(0, +))
      for place in categories {
        let expected = size * Double(groups.reduce(0) { $0 + $1[place] }) / total
        let difference = Double(group[place]) - expected
        sum += difference * difference / expected
      }
    }
    statistic = sum
    freedom = max(0, groups.count - 1) * max(0, categories.count - 1)
    probability = freedom == 0 ? 1 : Self.upperTail(sum, freedom: freedom)
  }

  /// P(χ² ≥ x) = Γ(k/2, x/2) / Γ(k/2).
  package static func upperTail(_ x: Double, freedom: Int) -> Double {
    guard x > 0 else { return 1 }
    let (a, t) = (Double(freedom) / 2, x / 2)
    let scale = _exp(a * _log(t) - t - logGamma(halves: freedom))
    if t < a + 1 {
      // The lower part as a series.
      var term = 1 / a
      var sum = term
      var n = a
      repeat {
        n += 1
        term *= t / n
        sum += term
      } while term > sum * 1e-16
      return max(0, 1 - scale * sum)
    }
    // The upper part as a continued fraction (Lentz).
    var b = t + 1 - a
    var c = 1e300
    var d = 1 / b
    var result = d
    for i in 1...10_000 {
      let factor = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (factor * d + b)
      c = b + factor / c
      result *= c * d
      if abs(c * d - 1) < 1e-15 { break }
    }
    return scale * result
  }

  /// log Γ(k/2).
  private static func logGamma(halves k: Int) -> Double {
    var sum = k % 2 == 0 ? 0 : _log(Double.pi) / 2
    var at = k % 2 == 0 ? 1.0 : 0.5
    while at < Double(k) / 2 {
      sum += _log(at)
      at += 1
    }
    return sum
  }
}
