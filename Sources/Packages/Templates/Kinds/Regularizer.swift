extension PluginTemplate {
  static let regularizer = PluginTemplate(
    kind: .regularizer,
    source: #"""
      import Espalier

      /// λ·Σ log(1 + (w / s)²), added to the loss: small weights go to zero, large ones are left alone.
      ///
      /// Any shape to a single number. The gradient of one weight is 2λw / (s² + w²). Olshausen and Field,
      /// 1996.
      public struct __Name__: Regularizer {
        public static let manifest = Manifest(
          "__name__", "λΣ log(1 + (w/s)²) added to the loss: small weights shrink, large ones stay",
          paper: "Olshausen and Field, 1996", sample: "{__name__: {strength: 1e-4}}")

        @Parameter("λ, the factor of the penalty", in: 0...) public var strength: Float = 1e-4
        @Parameter("s, the size of a large weight", in: Bounds.positive) public var scale: Float = 1

        public init() {}

        public func penalty(_ parameter: Tensor) -> Tensor {
          strength * log1p(square(parameter / scale)).sum()
        }
      }

      """#,
    tests: #"""
      import EspalierConformance
      import Testing
      import __Module__

      @Suite struct __Name__Tests {
        @Test func gradients() throws { try checkGradients(of: __Name__()) }
        @Test func sample() throws { try checkSample(of: __Name__.self) }
        @Test func determinism() throws { try checkDeterminism(of: __Name__()) }
        @Test func roundTrip() throws { try checkRoundTrip(of: __Name__()) }
      }

      """#,
    page: """
      # __name__

      A penalty on weights: λ·Σ log(1 + (w / s)²). Small weights shrink, large ones are left alone.

      Olshausen and Field, 1996.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `strength` | λ, the factor of the penalty | `0.0001` | x ≥ 0 |
      | `scale` | s, the size of a large weight | `1` | x > 0 |

      ```yaml
      regularizers: [{__name__: {strength: 1e-3}}]
      ```

      """)
}
