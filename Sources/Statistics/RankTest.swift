/// The rank test of Mann and Whitney: whether values of one sample tend to be greater than another's.
///
/// U counts the pairs in which the first is greater, ties half; U / (m·n) is the area under the ROC curve.
package struct RankTest: Sendable {
  package let u: Double
  /// Pairs of a value of the first sample and one of the second.
  package let pairs: Double
  /// Of U where both samples have one distribution, ties accounted for.
  package let variance: Double

  /// - Parameters: two samples without NaN.
  package init(_ first: [Double], over second: [Double]) {
    let (m, n) = (Double(first.count), Double(second.count))
    let all = (first.map { ($0, true) } + second.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var (ranks, ties) = (0.0, 0.0)
    var start = 0
    while start < all.count {
      var end = start
      var own = 0.0
      while end < all.count, all[end].0 == all[start].0 {
        own += all[end].1 ? 1 : 0
        end += 1
      }
      // Those that are equal share their places.
      ranks += own * Double(start + end + 1) / 2
      let count = Double(end - start)
      ties += count * (count * count - 1)
      start = end
    }
    u = ranks - m * (m + 1) / 2
    pairs = m * n
    let total = m + n
    variance = total > 1 ? pairs / 12 * (total + 1 - ties / (total * (total - 1))) : 0
  }

  /// Area under the ROC curve.
  package var area: Double { pairs > 0 ? u / pairs : 0.5 }

  /// Probability of a U as great or greater, by the normal distribution.
  package var probability: Double {
    variance > 0 ? Self.upperTail((u - pairs / 2) / variance.squareRoot()) : 1
  }

  /// P(Z ≥ z) of the normal distribution.
  package static func upperTail(_ z: Double) -> Double { _erfc(z / 2.0.squareRoot()) / 2 }
}
