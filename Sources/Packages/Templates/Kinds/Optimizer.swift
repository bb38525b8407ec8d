extension PluginTemplate {
  static let optimizer = PluginTemplate(
    kind: .optimizer,
    source: #"""
      import Espalier

      /// Gradient descent along a mixture of the gradient and its running average.
      ///
      /// For every number w with gradient g:
      ///
      ///     v ← β·v + (1 − β)·g
      ///     w ← w − η·((1 − ν)·g + ν·v)
      ///
      /// Ma and Yarats, 2019.
      public struct __Name__: Optimizer {
        public static let manifest = Manifest(
          "__name__", "w − η·((1 − ν)·g + ν·v), v a running average of g",
          paper: "Ma and Yarats, 2019", sample: "{__name__: {learning_rate: 0.1}}")

        @Parameter("η, step size", in: Bounds.positive) public var learningRate: Double = 0.1
        @Parameter("β, decay of the average", in: 0..<1) public var beta: Double = 0.9
        @Parameter("ν, the average's share of the step", in: 0...1) public var mixture: Double = 0.7

        public init() {}

        public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
          // Kept from step to step, in checkpoints too; zero at first.
          let average = step.state("average")
          average.value = Float(beta) * average.value + Float(1 - beta) * gradient
          let direction = Float(1 - mixture) * gradient + Float(mixture) * average.value
          return parameter - step.rate * direction
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

      An optimizer: gradient descent along a mixture of the gradient and its running average.

          v ← β·v + (1 − β)·g
          w ← w − η·((1 − ν)·g + ν·v)

      Ma and Yarats, 2019.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `learning_rate` | η, step size | `0.1` | x > 0 |
      | `beta` | β, decay of the average | `0.9` | 0 ≤ x < 1 |
      | `mixture` | ν, the average's share of the step | `0.7` | 0 ≤ x ≤ 1 |

      ```yaml
      optimizer: {__name__: {learning_rate: 0.1, beta: 0.95}}
      ```

      """)
}
