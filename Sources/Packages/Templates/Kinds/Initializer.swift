extension PluginTemplate {
  static let initializer = PluginTemplate(
    kind: .initializer,
    source: #"""
      import Espalier

      /// w = n / √(density·inputs) with probability `density`, else 0; n standard normal.
      ///
      /// Few connections a unit, as strong together as the many of lecun_normal. Any shape. Martens, 2010.
      public struct __Name__: Initializer {
        public static let manifest = Manifest(
          "__name__", "w = n/√(density·inputs) for a share `density` of the weights, 0 for the others",
          paper: "Martens, 2010", sample: "{__name__: {density: 0.2}}")

        @Parameter("share of the weights that are not zero", in: Bounds.share)
        public var density: Float = 0.25

        public init() {}

        public func values(
          for parameter: ParameterDescription, random: inout CounterRandom
        ) -> [Float] {
          let deviation = 1 / (density * Float(parameter.fanIn)).squareRoot()
          return (0..<parameter.shape.count).map { _ in
            random.uniform() < density ? deviation * random.normal() : 0
          }
        }
      }

      """#,
    tests: #"""
      import EspalierConformance
      import Testing
      import __Module__

      @Suite struct __Name__Tests {
        @Test func convergence() throws { try checkConvergence(of: __Name__()) }
        @Test func sample() throws { try checkSample(of: __Name__.self) }
        @Test func determinism() throws { try checkDeterminism(of: __Name__()) }
        @Test func roundTrip() throws { try checkRoundTrip(of: __Name__()) }
      }

      """#,
    page: """
      # __name__

      An initializer: w = n / √(density·inputs) with probability `density`, else 0; n standard normal.
      Each unit begins with few connections.

      Martens, 2010.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `density` | share of the weights that are not zero | `0.25` | 0 < x ≤ 1 |

      ```yaml
      model:
        - dense: {units: 64, activation: relu, initializer: {__name__: {density: 0.2}}}
        - dense: {units: 1}
      ```

      """)
}
