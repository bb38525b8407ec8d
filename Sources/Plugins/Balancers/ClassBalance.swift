import EspalierProtocols

/// A sample of class c counts (n / (k · n_c))^strength: every class counts alike at strength 1.
///
/// n samples in k classes, n_c of them in class c. The weights have the mean 1 at strength 1. The loss takes
/// the weighted mean of a batch; it must know sample weights, as the built-in losses do. The same weights as
/// `class_weights: balanced` of a loss.
public struct ClassBalance: Balancer {
  public static let manifest = Manifest(
    "class_balance", "a sample counts (samples / (classes · samples of its class))^strength",
    aliases: ["class_weights"], paper: "King and Zeng, 2001", sample: "class_balance")

  @Parameter("1 for equal shares of the classes, 0 for none of it", in: 0...1)
  public var strength: Float = 1

  public init() {}
  public init(strength: Float) { self.strength = strength }

  public func balance(_ samples: BalancingSamples) throws -> Balance {
    let classes = try ClassRows(samples)
    var weights = [Float](repeating: 0, count: classes.count)
    let present = Double(classes.sizes.count)
    for rows in classes.rows where !rows.isEmpty {
      let ratio = Double(classes.count) / (present * Double(rows.count))
      let weight = Float(_pow(ratio, Double(strength)))
      for sample in rows { weights[sample] = weight }
    }
    return Balance(weights: weights)
  }
}
