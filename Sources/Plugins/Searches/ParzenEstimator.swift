import EspalierProtocols

/// A density of one parameter, made of the values that some trials had.
///
/// Ranges: on positions u in 0…1, an equal mix of the uniform density and of a normal one around each of the n
/// values, cut off at the ends. The deviation of a value is its distance to the farther of its neighbours, and no less
/// than 1 / (n + 2); a half for a single value. Choices: (times seen + 1) / (n + number of choices).
package struct ParzenEstimator {
  private enum Form {
    case shares([Double])
    case kernels([(middle: Double, deviation: Double)])
  }
  private let form: Form

  package init(_ values: [Double], of range: SearchRange) {
    if case .choice(let choices) = range {
      var counts = [Double](repeating: 1, count: choices.count)
      for value in values { counts[Int(value)] += 1 }
      let sum = Double(values.count + choices.count)
      form = .shares(counts.map { $0 / sum })
      return
    }
    let middles = values.map { range.position(of: $0) }.sorted()
    let least = 1 / Double(middles.count + 2)
    form = .kernels(
      middles.indices.map { place in
        guard middles.count > 1 else { return (middles[place], 0.5) }
        let below = place > 0 ? middles[place] - middles[place - 1] : 0
        let above = place + 1 < middles.count ? middles[place + 1] - middles[place] : 0
        return (middles[place], max(below, above, least))
      })
  }

  /// A draw from it, as a number of the range.
  package func draw(_ range: SearchRange, _ random: inout CounterRandom) -> Double {
    let u = random.fraction()
    switch form {
    case .shares(let shares):
      var sum = 0.0
      for (index, share) in shares.enumerated() {
        sum += share
        if u < sum { return Double(index) }
      }
      return Double(shares.count - 1)
    case .kernels(let kernels):
      let chosen = Int(u * Double(kernels.count + 1))
      let within = random.fraction()
      guard chosen < kernels.count else { return range.value(at: within) }
      let (middle, deviation) = kernels[chosen]
      let low = NormalDistribution.share(below: -middle / deviation)
      let high = NormalDistribution.share(below: (1 - middle) / deviation)
      let z = NormalDistribution.quantile(low + within * (high - low))
      return range.value(at: middle + deviation * z)
    }
  }

  /// Its density, for choices the probability, at a number of the range.
  package func density(_ number: Double, in range: SearchRange) -> Double {
    switch form {
    case .shares(let shares): return shares[Int(number)]
    case .kernels(let kernels):
      let u = range.position(of: number)
      var sum = 1.0
      for (middle, deviation) in kernels {
        let inside =
          NormalDistribution.share(below: (1 - middle) / deviation)
          - NormalDistribution.share(below: -middle / deviation)
        sum += NormalDistribution.density((u - middle) / deviation) / (deviation * inside)
      }
      return sum / Double(kernels.count + 1)
    }
  }
}
