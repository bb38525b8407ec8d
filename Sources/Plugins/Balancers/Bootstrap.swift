import EspalierProtocols

/// As many samples as there are, or a share of them, drawn at random with replacement.
///
/// Of n samples n are drawn by default, in which a share 1 − (1 − 1/n)ⁿ ≈ 0.632 of all occurs at least
/// once. Which ones is drawn once for the run. Members of a bagged ensemble each draw their own, and are
/// measured on those that they have not seen, which are out of their bag.
public struct Bootstrap: Balancer {
  public static let manifest = Manifest(
    "bootstrap", "share · n of the n training samples, drawn with replacement once for the run",
    aliases: ["bagging"], paper: "Efron, 1979; Breiman, 1996", sample: "bootstrap")

  @Parameter("samples that are drawn, as a share of all", in: Bounds.positive)
  public var share: Double = 1
  @Parameter("seed of the drawing; without a word, the run's", in: 0...)
  public var seed: Int? = nil

  public init() {}
  public init(share: Double = 1, seed: Int? = nil) {
    self.share = share
    self.seed = seed
  }

  public func balance(_ samples: BalancingSamples) throws -> Balance {
    let count = samples.training.count
    let wanted = (share * Double(count)).rounded()
    guard wanted >= 1 else {
      throw PluginError("\(share) of \(count) samples is no sample", parameter: "share")
    }
    // An epoch of that many is out of reach, and of memory.
    guard wanted <= 1e9 else {
      throw PluginError("\(share) times \(count) samples are too many to draw", parameter: "share")
    }
    var random =
      seed.map { CounterRandom(seed: UInt64($0), stream: "bootstrap") } ?? samples.random
    return Balance(draws: (0..<Int(wanted)).map { _ in random.integer(below: count) }.sorted())
  }
}
