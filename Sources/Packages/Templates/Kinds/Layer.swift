extension PluginTemplate {
  static let layer = PluginTemplate(
    kind: .layer,
    source: #"""
      import Espalier

      /// y = γ·x with γ learned, one factor for each number of a sample.
      ///
      /// Parameters: `scale` γ in the shape of a sample. Any shape [n, …]; shape unchanged. With a small
      /// first γ at the end of a residual branch a deep network begins as a shallow one. Touvron and others,
      /// 2021.
      public struct __Name__: Layer {
        public static let manifest = Manifest(
          "__name__", "γ·x with γ learned, one for each number of a sample",
          paper: "Touvron and others, 2021", sample: "{__name__: {initial: 0.1}}")

        @Parameter("what every γ begins with") public var initial: Float = 1

        public init() {}

        public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
          // Axis 0 counts samples; the factors are the same for all of them.
          let sample = Shape(Array(x.shape.dimensions.dropFirst()))
          return x * scope.parameter("scale", sample, role: .scale, initial: .constant(initial))
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

      A layer: y = γ·x with γ learned, one factor for each number of a sample. Its weights are saved as
      `__name___1.scale`.

      Touvron and others, 2021.

      | parameter | meaning | default |
      | --- | --- | --- |
      | `initial` | what every γ begins with | `1` |

      ```yaml
      model:
        - dense: {units: 64, activation: relu}
        - __name__: {initial: 0.1}
        - dense: {units: 1}
      ```

      """)
}
