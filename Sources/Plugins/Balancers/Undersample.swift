import EspalierProtocols

/// Common classes are drawn less often: each has at most `ratio` times the samples of the smallest one.
///
/// Which samples stay is drawn at random, once for the run.
public struct Undersample: Balancer {
  public static let manifest = Manifest(
    "undersample", "common classes keep ratio · the smallest class's samples, drawn at random",
    paper: "Kubat and Matwin, 1997", sample: "undersample")

  @Parameter("times the smallest class's samples that a class keeps at most", in: 1...)
  public var ratio: Double = 1

  public init() {}
  public init(ratio: Double) { self.ratio = ratio }

  public func balance(_ samples: BalancingSamples) throws -> Balance {
    let classes = try ClassRows(samples)
    let most = ratio * Double(classes.sizes.min() ?? 0)
    var random = samples.random
    var draws: [Int] = []
    for rows in classes.rows {
      let count = most < Double(rows.count) ? Int(most.rounded()) : rows.count
      draws += random.permutation(rows.count).prefix(count).map { rows[$0] }
    }
    return Balance(draws: draws.sorted())
  }
}
