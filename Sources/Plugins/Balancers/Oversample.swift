import EspalierProtocols

/// Rare classes are drawn more often: each to `share` of the samples of the largest one.
///
/// All samples are drawn as often as fits, the rest at random: a class of 30 beside one of 100 is drawn three
/// times over, and 10 of it once more. Which ones is drawn once for the run; an epoch is longer by it.
public struct Oversample: Balancer {
  public static let manifest = Manifest(
    "oversample", "rare classes are drawn again until each has share · the largest class's samples",
    paper: "Japkowicz, 2000", sample: "oversample")

  @Parameter("of the largest class's samples that every class has at least", in: Bounds.share)
  public var share: Double = 1

  public init() {}
  public init(share: Double) { self.share = share }

  public func balance(_ samples: BalancingSamples) throws -> Balance {
    let classes = try ClassRows(samples)
    let wanted = Int((share * Double(classes.sizes.max() ?? 0)).rounded())
    var random = samples.random
    var draws: [Int] = []
    for rows in classes.rows where !rows.isEmpty {
      let count = max(wanted, rows.count)
      let (times, rest) = count.quotientAndRemainder(dividingBy: rows.count)
      for _ in 0..<times { draws += rows }
      draws += random.permutation(rows.count).prefix(rest).map { rows[$0] }
    }
    return Balance(draws: draws.sorted())
  }
}
