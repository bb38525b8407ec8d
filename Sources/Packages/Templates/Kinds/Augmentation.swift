extension PluginTemplate {
  static let augmentation = PluginTemplate(
    kind: .augmentation,
    source: #"""
      import Espalier

      /// x·(1 + deviation·n), n standard normal, one number a sample: the whole sample louder or softer.
      ///
      /// Any shape; shape unchanged.
      public struct __Name__: Augmentation {
        public static let manifest = Manifest(
          "__name__", "x·(1 + deviation·n), one normal number n a sample",
          sample: "{__name__: {deviation: 0.2}}")

        @Parameter("standard deviation of the factor", in: 0...) public var deviation: Float = 0.1

        public init() {}

        public func augment(
          _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
          scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
        ) {
          let factor = 1 + deviation * random.normal()
          for place in sample.indices { sample[place] *= factor }
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

      An augmentation: x·(1 + deviation·n), n standard normal, one number a sample and epoch.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `deviation` | standard deviation of the factor | `0.1` | x ≥ 0 |

      ```yaml
      data:
        source: {csv: {path: data.csv, target: label}}
        augment: [{__name__: {deviation: 0.2}}]
      ```

      """)
}
