/// Weights for the members of an ensemble, chosen by what they say of validation samples.
///
/// Greedy selection with replacement: beginning with the best member, in each round the one joins whose
/// addition makes the mean prediction best; a member's weight is the share of the rounds in which it was
/// taken. Best is the smallest mean of Σ (prediction − target)², with targets of 0 and 1 for classes
/// (Brier's score). Of equal ones the first is taken. Caruana, Niculescu-Mizil, Crew and Ksikes, 2004.
package enum EnsembleSelection {
  /// - Parameters:
  ///   - members: count × width numbers of each member.
  ///   - targets: as many.
  ///   - rounds: how often a member is taken.
  package static func weights(
    _ members: [[Double]], targets: [Double], rounds: Int = 100
  ) -> [Double] {
    var sum = [Double](repeating: 0, count: targets.count)
    var taken = [Int](repeating: 0, count: members.count)
    for round in 1...rounds {
      var best = (member: 0, error: Double.infinity)
      for (member, own) in members.enumerated() {
        var error = 0.0
        for place in targets.indices {
          let difference = (sum[place] + own[place]) / Double(round) - targets[place]
          error += difference * difference
        }
        if error < best.error { best = (member, error) }
      }
      taken[best.member] += 1
      for place in targets.indices { sum[place] += members[best.member][place] }
    }
    return taken.map { Double($0) / Double(rounds) }
  }
}
