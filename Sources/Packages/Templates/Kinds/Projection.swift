extension PluginTemplate {
  static let projection = PluginTemplate(
    kind: .projection,
    source: #"""
      import Espalier

      /// The k features of greatest variance, in the order in which they were.
      ///
      /// Samples of any shape become [k]. Fitted to the training samples.
      public struct __Name__: Projection {
        public static let manifest = Manifest(
          "__name__", "(xᵢ) for the k features i of greatest variance",
          sample: "{__name__: {count: 2}}")

        @Parameter("k, how many features are kept", in: 1...) public var count: Int = 1

        public init() {}

        public func fit(_ samples: TrainingSamples) throws -> any Transform {
          let width = samples.width
          guard count <= width else {
            throw PluginError("there are only \(width) features", parameter: "count")
          }
          var sums = [Double](repeating: 0, count: width)
          var squares = sums
          try samples.forEachChunk { number, features, _ in
            for place in 0..<number * width {
              let value = Double(features[place])
              sums[place % width] += value
              squares[place % width] += value * value
            }
          }
          let variances = zip(sums, squares).map { sum, square in
            square - sum * sum / Double(samples.count)
          }
          let best = variances.indices.sorted { variances[$0] > variances[$1] }.prefix(count)
          return Selection(width: width, features: best.sorted())
        }

        public func restore(
          _ state: [String: TransformState], sampleShape: Shape
        ) throws -> any Transform {
          let features = state["features"]?.values.compactMap { Int(exactly: $0) } ?? []
          guard features.count == count, features.allSatisfy((0..<sampleShape.count).contains) else {
            throw PluginError("the saved state is none of __name__ for samples \(sampleShape)")
          }
          return Selection(width: sampleShape.count, features: features)
        }

        private struct Selection: Transform {
          /// Numbers of a sample before.
          let width: Int
          /// Those of them that are kept.
          let features: [Int]
          var outputShape: Shape { [features.count] }

          func apply(
            _ input: UnsafeBufferPointer<Float>, count: Int,
            to output: UnsafeMutableBufferPointer<Float>
          ) {
            for sample in 0..<count {
              for (place, feature) in features.enumerated() {
                output[sample * features.count + place] = input[sample * width + feature]
              }
            }
          }

          /// Saved with the run; `restore` gets it back.
          var state: [String: TransformState] {
            ["features": TransformState([features.count], features.map { Float($0) })]
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

      A projection: keeps the k features of greatest variance over the training samples, in their order.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `count` | k, how many features are kept | `1` | x ≥ 1 |

      ```yaml
      data:
        source: {csv: {path: data.csv, target: label}}
        project: [{__name__: {count: 8}}]
      ```

      """)
}
