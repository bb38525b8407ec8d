import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// y = x + P: each place of a sequence [n, time, features] gets numbers by which it can be told.
///
/// Sinusoidal: P[t, 2i] = sin(t / base^(2i / features)), P[t, 2i + 1] = cos of the same. Learned: P is
/// the parameter `weight` [time, features].
public struct PositionalEncoding: Layer {
  public static let manifest = Manifest(
    "positional_encoding", "x + P, numbers for each place of a sequence: sines, or learned",
    paper: "Vaswani and others, 2017", sample: "{positional_encoding: {kind: sinusoidal}}")

  /// Where the numbers come from.
  public enum Kind: String, Choice { case sinusoidal, learned }

  @Parameter("`sinusoidal`, sines and cosines of falling frequency, or `learned`")
  public var kind = Kind.sinusoidal
  @Parameter("the longest wave, in places, divided by 2π", in: Bounds.positive)
  public var base: Float = 10_000
  @Component("gives learned numbers their first values; a normal distribution of 0.02 unless named")
  public var initializer: (any Initializer)?

  public init() {}
  public init(
    _ kind: Kind, base: Float = 10_000, initializer: (any Initializer)? = nil
  ) {
    self.kind = kind
    self.base = base
    self.initializer = initializer
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank == 3 else {
      throw PluginError("positional_encoding takes sequences [n×time×features], not \(x.shape)")
    }
    let (time, features) = (x.shape[1], x.shape[2])
    switch kind {
    case .sinusoidal:
      return x + scope.recorder.constant(waves(time, features), [time, features])
    case .learned:
      return x
        + scope.parameter(
          "weight", [time, features],
          initial: .drawn(
            initializer ?? VarianceScaling(gain: 0.02), fanIn: initializer == nil ? 1 : time,
            fanOut: features))
    }
  }

  private func waves(_ time: Int, _ features: Int) -> [Float] {
    (0..<time).flatMap { place in
      (0..<features).map { feature -> Float in
        let exponent = Double(feature / 2 * 2) / Double(features)
        let angle = Double(place) / pow(Double(base), exponent)
        return Float(feature % 2 == 0 ? sin(angle) : cos(angle))
      }
    }
  }
}
