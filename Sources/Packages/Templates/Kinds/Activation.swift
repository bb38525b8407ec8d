extension PluginTemplate {
  static let activation = PluginTemplate(
    kind: .activation,
    source: #"""
      import Espalier

      /// y = x + sin²(a·x) / a: the identity with a wave on it.
      ///
      /// Any shape; shape unchanged. The gradient follows from what is recorded. Ziyin, Hartwig and Ueda, 2020.
      public struct __Name__: Activation {
        public static let manifest = Manifest(
          "__name__", "x + sin²(a·x)/a: the identity with a wave on it",
          paper: "Ziyin, Hartwig and Ueda, 2020", sample: "{__name__: {frequency: 2}}")

        @Parameter("a, how fast the wave goes", in: Bounds.positive) public var frequency: Float = 1

        public init() {}

        public func callAsFunction(_ x: Tensor) -> Tensor {
          x + square(sin(frequency * x)) / frequency
        }
      }

      """#,
    tests: #"""
      import EspalierConformance
      import Testing
      import __Module__

      @Suite struct __Name__Tests {
        @Test func gradients() throws { try checkGradients(of: __Name__()) }
        @Test func convergence() throws { try checkConvergence(of: __Name__()) }
        @Test func sample() throws { try checkSample(of: __Name__.self) }
        @Test func determinism() throws { try checkDeterminism(of: __Name__()) }
        @Test func roundTrip() throws { try checkRoundTrip(of: __Name__()) }
      }

      """#,
    page: """
      # __name__

      An activation: y = x + sin²(a·x) / a, the identity with a wave on it. It suits data that repeat.

      Ziyin, Hartwig and Ueda, 2020.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `frequency` | a, how fast the wave goes | `1` | x > 0 |

      ```yaml
      model:
        - dense: {units: 64, activation: {__name__: {frequency: 2}}}
        - dense: {units: 1}
      ```

      """)
}
