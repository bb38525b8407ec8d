extension PluginTemplate {
  static let selector = PluginTemplate(
    kind: .selector,
    source: #"""
      import Espalier

      /// Keeps the features that differ by more than a range over the training samples.
      ///
      /// Samples of any shape become rows of the features that are kept, which keep their names.
      public struct __Name__: FeatureSelector {
        public static let manifest = Manifest(
          "__name__", "keeps features with max x − min x > range",
          sample: "{__name__: {range: 0.1}}")

        @Parameter("the least difference that tells something", in: 0...) public var range: Float = 0

        public init() {}

        public func fit(_ samples: TrainingSamples) throws -> any Transform {
          let width = samples.width
          var low = [Float](repeating: .infinity, count: width)
          var high = [Float](repeating: -.infinity, count: width)
          try samples.forEachChunk { count, features, _ in
            for place in 0..<count * width {
              low[place % width] = min(low[place % width], features[place])
              high[place % width] = max(high[place % width], features[place])
            }
          }
          let kept = low.indices.filter { high[$0] - low[$0] > range }
          return try FeatureSelection(width, keeping: kept)
        }

        public func restore(
          _ state: [String: TransformState], sampleShape: Shape
        ) throws -> any Transform {
          try FeatureSelection(state, sampleShape: sampleShape, of: pluginName)
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

      A selector: keeps the features that differ by more than a range over the training samples.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `range` | the least difference that tells something | `0` | x ≥ 0 |

      ```yaml
      data:
        source: {csv: {path: data.csv, target: label}}
        select: [{__name__: {range: 0.1}}]
      ```

      """)
}
