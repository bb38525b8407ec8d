extension PluginTemplate {
  static let scheduler = PluginTemplate(
    kind: .scheduler,
    source: #"""
      import Espalier

      /// η = η₀ / √(1 + t / p): half the rate after 3p.
      ///
      /// t counts epochs unless `unit: steps`. η₀ is the optimizer's rate.
      public struct __Name__: Scheduler {
        public static let manifest = Manifest(
          "__name__", "η₀/√(1 + t/p): half the rate after 3p epochs",
          sample: "{__name__: {period: 5}}")

        @Parameter("p, a third of the time in which the rate halves", in: Bounds.positive)
        public var period: Double = 10
        @Parameter("what is counted") public var unit: ScheduleUnit = .epochs

        public init() {}

        public func rate(
          _ base: Double, at time: TrainingTime, memory: inout ScheduleMemory
        ) -> Double {
          base / (1 + Double(time.elapsed(in: unit)) / period).squareRoot()
        }
      }

      """#,
    tests: #"""
      import Espalier
      import EspalierConformance
      import Testing
      import __Module__

      @Suite struct __Name__Tests {
        @Test func halvesInThreePeriods() {
          var memory = ScheduleMemory()
          let time = TrainingTime(step: 300, stepsPerEpoch: 10, totalSteps: 1000)
          #expect(__Name__().rate(0.5, at: time, memory: &memory) == 0.25)
        }

        @Test func sample() throws { try checkSample(of: __Name__.self) }
        @Test func determinism() throws { try checkDeterminism(of: __Name__()) }
        @Test func roundTrip() throws { try checkRoundTrip(of: __Name__()) }
      }

      """#,
    page: """
      # __name__

      A schedule: η = η₀ / √(1 + t / p), with η₀ the optimizer's rate. Half of it is reached after 3p.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `period` | p, a third of the time in which the rate halves | `10` | x > 0 |
      | `unit` | what is counted, `steps` or `epochs` | `epochs` | |

      ```yaml
      schedule: {__name__: {period: 5}}
      ```

      """)
}
