/// The Kolmogorov–Smirnov test of whether two samples of numbers have one distribution.
///
/// The statistic is the greatest distance between the two shares of values up to x. The probability of a
/// distance as great or greater is that of one sample of m·n/(m + n) values (rounded) against a
/// distribution: for few values it is exact (Marsaglia, Tsang and Wang, 2003), for more by the series of
/// Pelz and Good (1976), and where the two tails do not meet twice that of one of them. Same as
/// `scipy.stats.ks_2samp(method="asymp")`.
package struct KolmogorovSmirnov: Sendable {
  package let statistic: Double
  /// Probability of a distance as great or greater where the distributions are the same.
  package let probability: Double

  /// - Parameters: two samples, neither empty and without NaN.
  package init(_ first: [Float], _ second: [Float]) {
    let (a, b) = (first.ascending(), second.ascending())
    let (m, n) = (Double(a.count), Double(b.count))
    var (i, j) = (0, 0)
    var greatest = 0.0
    while i < a.count, j < b.count {
      let value = min(a[i], b[j])
      while i < a.count, a[i] <= value { i += 1 }
      while j < b.count, b[j] <= value { j += 1 }
      greatest = max(greatest, abs(Double(i) / m - Double(j) / n))
    }
    statistic = greatest
    probability = Self.probability(
      of: greatest, count: Int((m * n / (m + n)).rounded(.toNearestOrEven)))
  }

  /// Probability that n values are as far from their distribution as this, or farther.
  package static func probability(of distance: Double, count: Int) -> Double {
    let n = Double(max(count, 1))
    if distance <= 0.5 / n { return 1 }
    if distance >= 1 { return 0 }
    if n * distance * distance > 2.2 { return min(1, 2 * oneSided(distance, n)) }
    let below = count <= 1000 ? exact(distance, Int(n)) : series(distance, n)
    return min(1, max(0, 1 - below))
  }

  /// P(D⁺ ≥ d) = d · Σ C(n, j) · (d + j/n)^(j−1) · (1 − d − j/n)^(n−j) over j ≤ n·(1 − d).
  private static func oneSided(_ d: Double, _ n: Double) -> Double {
    var sum = 0.0
    var logChoices = 0.0
    for j in 0...Int(n * (1 - d)) {
      let place = Double(j)
      let (below, above) = (d + place / n, 1 - d - place / n)
      if above > 0 {
        sum += _exp(logChoices + (place - 1) * _log(below) + (n - place) * _log(above))
      } else if place == n {
        sum += _exp(logChoices + (place - 1) * _log(below))
      }
      logChoices += _log((n - place) / (place + 1))
    }
    return d * sum
  }

  /// P(D < d) = n!/nⁿ · (Hⁿ) in the middle, with h = k − n·d, k = ⌈n·d⌉ and H of size 2k − 1.
  private static func exact(_ d: Double, _ n: Int) -> Double {
    let k = Int(Double(n) * d) + 1
    let size = 2 * k - 1
    let h = Double(k) - Double(n) * d
    var matrix = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0..<size where row - column + 1 >= 0 { matrix[row * size + column] = 1 }
    }
    for place in 0..<size {
      matrix[place * size] -= power(h, place + 1)
      matrix[(size - 1) * size + place] -= power(h, size - place)
    }
    matrix[(size - 1) * size] += 2 * h - 1 > 0 ? power(2 * h - 1, size) : 0
    for row in 0..<size {
      for column in 0..<size where row - column + 1 > 0 {
        for divisor in 1...(row - column + 1) { matrix[row * size + column] /= Double(divisor) }
      }
    }
    // Each factor is multiplied by i/n, so that nothing grows out of range.
    var row = [Double](repeating: 0, count: size)
    row[k - 1] = 1
    for i in 1...n {
      var next = [Double](repeating: 0, count: size)
      for (place, value) in row.enumerated() where value != 0 {
        for column in 0..<size { next[column] += value * matrix[place * size + column] }
      }
      row = next.map { $0 * Double(i) / Double(n) }
    }
    return row[k - 1]
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  /// P(√n·D ≤ z) = K₀ + K₁/√n + K₂/n + K₃/n^1.5.
  private static func series(_ d: Double, _ n: Double) -> Double {
    let z = n.squareRoot() * d
    let (z2, pi2) = (z * z, Double.pi * Double.pi)
    let z4 = z2 * z2
    let z6 = z4 * z2
    var (k0, k1, k2, k3) = (0.0, 0.0, 0.0, 0.0)
    // Odd halves.
    for k in 0..<40 {
      let half = Double(k) + 0.5
      let p2 = pi2 * half * half
      let p4 = p2 * p2
      let weight = _exp(-p2 / (2 * z2))
      k0 += weight
      k1 += (p2 - z2) * weight
      k2 += (6 * z6 + 2 * z4 + p2 * (2 * z4 - 5 * z2) + p4 * (1 - 2 * z2)) * weight
      k3 +=
        (p4 * p2 * (5 - 30 * z2) + p4 * (-60 * z2 + 212 * z4) + p2 * (135 * z4 - 96 * z6)
          - (30 * z6 + 90 * z4 * z4)) * weight
    }
    var (even2, even3) = (0.0, 0.0)
    for k in 1..<40 {
      let p2 = pi2 * Double(k * k)
      let weight = _exp(-p2 / (2 * z2))
      even2 += p2 * weight
      even3 += (3 * p2 * z2 - p2 * p2) * weight
    }
    let root = (Double.pi / 2).squareRoot()
    let k0All = (2 * Double.pi).squareRoot() / z * k0
    // The sums over all whole k have each term twice.
    let k1All = root / (6 * z4) * 2 * k1
    let k2All = root / (72 * z6 * z) * 2 * k2 - root / (36 * z2 * z) * 2 * even2
    let k3All = root / (6480 * z6 * z4) * 2 * k3 + root / (108 * z6) * 2 * even3
    return k0All + k1All / n.squareRoot() + k2All / n + k3All / (n * n.squareRoot())
  }
}
