extension PluginTemplate {
  static let balancer = PluginTemplate(
    kind: .balancer,
    source: #"""
      import Espalier

      /// A sample counts 1 / (1 + strength · n), n the samples of its class, scaled to the mean 1.
      public struct __Name__: Balancer {
        public static let manifest = Manifest(
          "__name__", "weight ∝ 1 / (1 + strength·n), n the samples of its class",
          sample: "{__name__: {strength: 0.1}}")

        @Parameter("how much rare classes gain", in: Bounds.positive) public var strength: Double = 1

        public init() {}

        public func balance(_ samples: BalancingSamples) throws -> Balance {
          let classes = try samples.classes()
          var counts: [Int: Double] = [:]
          for label in classes { counts[label, default: 0] += 1 }
          let weights = classes.map { 1 / (1 + strength * counts[$0]!) }
          let mean = weights.reduce(0, +) / Double(weights.count)
          return Balance(weights: weights.map { Float($0 / mean) })
        }
      }

      """#,
    tests: #"""
      import EspalierConformance
      import Testing
      import __Module__

      @Suite struct __Name__Tests {
        @Test func sample() throws { try checkSample(of: __Name__.self) }
        @Test func determinism() throws { try checkDeterminism(of: __Name__()) }
        @Test func roundTrip() throws { try checkRoundTrip(of: __Name__()) }
      }

      """#,
    page: """
      # __name__

      A balancer: a sample counts 1 / (1 + strength·n), n the samples of its class, scaled to the mean 1.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `strength` | how much rare classes gain | `1` | x > 0 |

      ```yaml
      data:
        source: {csv: {path: data.csv, target: label}}
        balance: [{__name__: {strength: 0.1}}]
      ```

      """)
}
