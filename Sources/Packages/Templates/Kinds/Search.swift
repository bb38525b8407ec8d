extension PluginTemplate {
  static let search = PluginTemplate(
    kind: .search,
    source: #"""
      import Espalier

      /// Random trials, then as many again near the best of them.
      ///
      /// A position u of the best trial becomes u + reach · (v − 1/2), with v uniform in 0…1.
      public struct __Name__: SearchStrategy {
        public static let manifest = Manifest(
          "__name__", "random trials, then as many near the best of them",
          sample: "{__name__: {trials: 8}}")

        @Parameter("trials in each of the two rounds", in: 1...10_000) public var trials: Int = 8
        @Parameter("share of a range that is near", in: Bounds.share) public var reach: Double = 0.2

        public init() {}

        public var isAdaptive: Bool { true }

        public func steps(inRound round: Int, of search: SearchState) throws -> [TrialStep] {
          guard round < 2 else { return [] }
          return (0..<trials).map { place in
            let index = round * trials + place
            guard round > 0, let best = search.ranking.first else {
              return TrialStep(index, search.randomPoint(index))
            }
            let numbers = zip(search.space.parameters, best.point.numbers).map { parameter, number in
              var random = search.random(parameter.path, index)
              let u = parameter.range.position(of: number) + reach * (random.fraction() - 0.5)
              return parameter.range.value(at: u)
            }
            return TrialStep(index, SearchPoint(numbers))
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
        @Test func determinism() throws { try checkDeterminism(of: __Name__()) }
        @Test func roundTrip() throws { try checkRoundTrip(of: __Name__()) }
      }

      """#,
    page: """
      # __name__

      A search strategy: random trials, then as many near the best of them.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `trials` | trials in each of the two rounds | `8` | x ≥ 1 |
      | `reach` | share of a range that is near | `0.2` | 0 < x ≤ 1 |

      ```yaml
      config: flowers.yaml
      parameters:
        optimizer.adam.learning_rate: {log_uniform: [1e-4, 1e-1]}
      strategy: {__name__: {trials: 8}}
      ```

      """)
}
