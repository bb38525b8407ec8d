import EspalierProtocols

/// How much of the differences among trials a parameter explains.
///
/// Trials are ranked by their results, failed ones last and alike, and put into groups: those of a choice by value,
/// those of a range by quantiles of its values into ⌊√n⌋ groups, two to five. The importance is the share of the ranks'
/// variance that lies between groups, less what chance alone gives:
///
///     ε² = (S_between − (g − 1) · S_within / (n − g)) / S_total,  not below 0.
///
/// Ranks do not mind a loss that is a million; each parameter is looked at alone, so what only two of them do together
/// is not seen. Kelley, 1935.
package enum ParameterImportance {
  /// - Parameters:
  ///   - costs: of the trials, the less the better; infinite for failed ones.
  ///   - points: of the same trials.
  /// - Returns: one number a parameter, 0 to 1; `nil` where the trials are too few or all alike.
  package static func of(
    _ space: SearchSpace, points: [SearchPoint], costs: [Double]
  ) -> [Double?] {
    let ranks = ranks(of: costs)
    return space.parameters.indices.map { place in
      let values = points.map { $0.numbers[place] }
      if case .choice = space.parameters[place].range { return share(ranks, values) }
      return share(ranks, quantiles(values))
    }
  }

  /// Places in the order of size from 0; equals share the mean of theirs.
  private static func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
      start = end + 1
    }
    return ranks
  }

  /// The number of the group that each value is in.
  private static func quantiles(_ values: [Double]) -> [Double] {
    let groups = min(max(Int(Double(values.count).squareRoot()), 2), 5)
    return ranks(of: values).map {
      min(($0 * Double(groups) / Double(max(values.count, 1))).rounded(.down), Double(groups - 1))
    }
  }

  private static func share(_ ranks: [Double], _ groups: [Double]) -> Double? {
    let count = Double(ranks.count)
    var sums: [Double: (sum: Double, count: Double)] = [:]
    for (rank, group) in zip(ranks, groups) {
      sums[group, default: (0, 0)].sum += rank
      sums[group, default: (0, 0)].count += 1
    }
    let mean = ranks.reduce(0, +) / max(count, 1)
    let total = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard total > 0, sums.count > 1, count > Double(sums.count) else { return nil }
    var between = 0.0
    for group in sums.keys.sorted() {
      guard let (sum, size) = sums[group] else { continue }
      between += size * (sum / size - mean) * (sum / size - mean)
    }
    let chance = Double(sums.count - 1) * (total - between) / (count - Double(sums.count))
    return max(0, (between - chance) / total)
  }
}
