/// Deals groups of samples out to parts: no group is in two of them.
enum GroupedParts {
  /// The part of each sample, so that the parts come near their shares of every class.
  ///
  /// Groups come from the largest to the smallest, those of one size as in `order`. Each goes where it
  /// makes Σ_p Σ_c (n_pc / n_c − share_p)² smallest: n_pc samples of class c in part p, of n_c in all.
  /// When only as many groups are left as there are empty parts, these get one each.
  ///
  /// - Parameters:
  ///   - groups: the group of each sample.
  ///   - classes: the class of each sample, where parts should have equal shares of each class.
  ///   - shares: the share of the samples that each part should have, in all 1; a part of 0 gets none.
  ///   - order: all samples; groups are met in this order.
  static func parts(
    of groups: [Int], classes: [Int]?, shares: [Double], order: [Int]
  ) -> [Int] {
    let classCount = (classes?.max() ?? 0) + 1
    var totals = [Double](repeating: 0, count: classCount)
    var counts: [Int: [Double]] = [:]
    var met: [Int] = []
    for sample in order {
      let label = classes?[sample] ?? 0
      totals[label] += 1
      if counts[groups[sample]] == nil {
        counts[groups[sample]] = [Double](repeating: 0, count: classCount)
        met.append(groups[sample])
      }
      counts[groups[sample]]![label] += 1
    }
    let sizes = counts.mapValues { $0.reduce(0, +) }
    // Sorted by place too, since sorting need not keep the order of equals.
    let sorted = met.enumerated().sorted {
      (sizes[$1.element]!, $0.offset) < (sizes[$0.element]!, $1.offset)
    }.map(\.element)
    var held = shares.map { _ in [Double](repeating: 0, count: classCount) }
    var isEmpty = shares.map { $0 > 0 }
    var partOf: [Int: Int] = [:]
    for (place, group) in sorted.enumerated() {
      let empty = isEmpty.filter { $0 }.count
      let mustFill = empty >= sorted.count - place
      let shareOfClass = zip(counts[group]!, totals).map { $1 > 0 ? $0 / $1 : 0 }
      var best: (part: Int, increase: Double)?
      for part in shares.indices where shares[part] > 0 && (!mustFill || isEmpty[part]) {
        var increase = 0.0
        for (label, share) in shareOfClass.enumerated() where share > 0 {
          increase += share * (2 * (held[part][label] - shares[part]) + share)
        }
        // The margin keeps ties, which rounding would break, with the first part.
        if best.map({ increase < $0.increase - 1e-12 }) ?? true { best = (part, increase) }
      }
      guard let part = best?.part ?? shares.indices.first else { continue }
      partOf[group] = part
      isEmpty[part] = false
      for label in shareOfClass.indices { held[part][label] += shareOfClass[label] }
    }
    return groups.map { partOf[$0] ?? 0 }
  }

  /// The part of each sample, where groups stay in the order of their first samples.
  ///
  /// A group belongs to the part in whose share its middle lies.
  static func consecutiveParts(of groups: [Int], shares: [Double]) -> [Int] {
    var sizes: [Int: Int] = [:]
    var met: [Int] = []
    for group in groups {
      if sizes[group] == nil { met.append(group) }
      sizes[group, default: 0] += 1
    }
    var partOf: [Int: Int] = [:]
    var before = 0
    for group in met {
      let middle = (Double(before) + Double(sizes[group]!) / 2) / Double(groups.count)
      before += sizes[group]!
      var end = 0.0
      var part = shares.lastIndex { $0 > 0 } ?? 0
      for (candidate, share) in shares.enumerated() where share > 0 {
        end += share
        if middle < end {
          part = candidate
          break
        }
      }
      partOf[group] = part
    }
    return groups.map { partOf[$0]! }
  }
}
