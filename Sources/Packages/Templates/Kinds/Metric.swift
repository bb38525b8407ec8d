extension PluginTemplate {
  static let metric = PluginTemplate(
    kind: .metric,
    source: #"""
      import Espalier

      /// The share of predictions with |ŷ − y| ≤ tolerance, 0 to 1; not defined without samples.
      public struct __Name__: Metric {
        public static let manifest = Manifest(
          "__name__", "share of |ŷ − y| ≤ tolerance: predictions that are good enough",
          sample: "{__name__: {tolerance: 0.1}}")
        public static let task = LearningTask.regression

        @Parameter("the largest error that is good enough, in the target's unit", in: 0...)
        public var tolerance: Float = 0.5

        public init() {}

        public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
          Count(tolerance: tolerance)
        }

        private struct Count: MetricAccumulator {
          let tolerance: Float
          var hits = 0.0
          var all = 0.0

          mutating func update(_ batch: MetricBatch) {
            for place in 0..<batch.count * batch.width {
              let error = abs(batch.predictions[place] - batch.targets[place])
              if error <= tolerance { hits += 1 }
              all += 1
            }
          }

          func result() -> MetricResult { .number(all > 0 ? hits / all : .nan) }

          mutating func reset() { (hits, all) = (0, 0) }

          /// Kept in checkpoints, so that a run resumed within an epoch counts on.
          var state: [Double] {
            get { [hits, all] }
            set { if newValue.count == 2 { (hits, all) = (newValue[0], newValue[1]) } }
          }
        }
      }

      """#,
    tests: #"""
      import EspalierConformance
      import Testing
      import __Module__

      @Suite struct __Name__Tests {
        @Test func sample() throws { try checkSample(of: __Name__.self) }
        @Test func roundTrip() throws { try checkRoundTrip(of: __Name__()) }
      }

      """#,
    page: """
      # __name__

      A metric for values: the share of predictions with |ŷ − y| ≤ tolerance, 0 to 1. More is better.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `tolerance` | the largest error that is good enough, in the target's unit | `0.5` | x ≥ 0 |

      ```yaml
      metrics: [{__name__: {tolerance: 0.1}}]
      ```

      """)
}
