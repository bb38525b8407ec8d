extension PluginTemplate {
  static let loss = PluginTemplate(
    kind: .loss,
    source: #"""
      import Espalier

      /// L = mean of s²·log cosh(e / s), for errors e: squares near zero, straight lines far away, smooth
      /// between.
      ///
      /// Outputs [n, …] and as many targets; a single number. s is where the parabola becomes a line.
      public struct __Name__: Loss {
        public static let manifest = Manifest(
          "__name__", "s²·log cosh(e/s), the mean: squares near zero, lines far away",
          sample: "{__name__: {scale: 0.5}}")
        public static let task = LearningTask.regression

        @Parameter("s, the error at which the parabola becomes a line", in: Bounds.positive)
        public var scale: Float = 1

        public init() {}

        public func callAsFunction(
          _ output: Tensor, _ target: Tensor, _ context: LossContext
        ) throws -> Tensor {
          guard target.shape.count == output.shape.count else {
            throw PluginError("compares an output \(output.shape) with targets \(target.shape)")
          }
          let error = abs(output - target.reshaped(to: output.shape)) / scale
          // log cosh(e) = |e| + log(1 + exp(−2|e|)) − log 2, which no error is too large for.
          let losses = error + softplus(-2 * error) - 0.693_147_18
          return scale * scale * losses.mean()
        }

        /// One output for each value to predict, which is checked before the run.
        public func outputs(for target: TargetDescription) -> Int? { target.count }
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

      A loss for values: the mean of s²·log cosh(e / s) over errors e. Near zero it is ½e², far away
      s·|e|, so that outliers pull less than under `mean_squared_error`.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `scale` | s, the error at which the parabola becomes a line | `1` | x > 0 |

      ```yaml
      loss: {__name__: {scale: 0.5}}
      ```

      """)
}
