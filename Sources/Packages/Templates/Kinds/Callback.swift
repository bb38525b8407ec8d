extension PluginTemplate {
  static let callback = PluginTemplate(
    kind: .callback,
    source: #"""
      import Espalier

      /// Logs ‖g‖ = √Σg², the norm of all gradients together, at every n-th step.
      ///
      /// It reads the gradients between backward and update. Steps at which it is not due are run in one
      /// piece and cost nothing.
      public struct __Name__: Callback {
        public static let manifest = Manifest(
          "__name__", "√Σg² to the log at every n-th step: how large the gradients are",
          sample: "{__name__: {every_steps: 10}}")

        @Parameter("steps from one look to the next", in: 1...) public var everySteps: Int = 100

        public init() {}

        public var events: Set<Event> { [.afterBackward] }

        public func isDue(_ event: Event, at step: Int) -> Bool { step.isMultiple(of: everySteps) }

        public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
          var sum = 0.0
          for name in run.parameterNames {
            for number in try run.gradient(name) ?? [] { sum += Double(number) * Double(number) }
          }
          run.log("gradient_norm", sum.squareRoot())
          return .proceed
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

      A callback: logs √Σg², the norm of all gradients together, as `gradient_norm` in the run's
      `metrics.jsonl`.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `every_steps` | steps from one look to the next | `100` | x ≥ 1 |

      ```yaml
      callbacks: [{__name__: {every_steps: 10}}]
      ```

      """)
}
