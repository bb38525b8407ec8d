extension PluginTemplate {
  static let normalizer = PluginTemplate(
    kind: .normalizer,
    source: #"""
      import Espalier

      /// x / √(mean of x² + ε), each number of a sample: root mean square 1 on the training samples.
      ///
      /// Zero stays zero. Any shape; shape unchanged. Can be undone.
      public struct __Name__: Normalizer {
        public static let manifest = Manifest(
          "__name__", "x/√(mean of x² + ε), each feature: root mean square 1",
          sample: "{__name__: {epsilon: 1e-6}}")

        @Parameter("ε, added under the root", in: Bounds.positive) public var epsilon: Double = 1e-12

        public init() {}

        public func fit(_ samples: TrainingSamples) throws -> any Transform {
          let width = samples.width
          var squares = [Double](repeating: 0, count: width)
          try samples.forEachChunk { count, features, _ in
            for place in 0..<count * width {
              squares[place % width] += Double(features[place]) * Double(features[place])
            }
          }
          let scale = squares.map { Float(($0 / Double(samples.count) + epsilon).squareRoot()) }
          return Fitted(outputShape: samples.description.sampleShape, scale: scale)
        }

        public func restore(
          _ state: [String: TransformState], sampleShape: Shape
        ) throws -> any Transform {
          guard let scale = state["scale"]?.values, scale.count == sampleShape.count else {
            throw PluginError("the saved state is none of __name__ for samples \(sampleShape)")
          }
          return Fitted(outputShape: sampleShape, scale: scale)
        }

        private struct Fitted: Transform {
          let outputShape: Shape
          /// One a number of a sample.
          let scale: [Float]

          func apply(
            _ input: UnsafeBufferPointer<Float>, count: Int,
            to output: UnsafeMutableBufferPointer<Float>
          ) {
            for place in 0..<count * scale.count {
              output[place] = input[place] / scale[place % scale.count]
            }
          }

          func invert(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> Bool {
            for place in 0..<count * scale.count { values[place] *= scale[place % scale.count] }
            return true
          }

          /// Saved with the run; `restore` gets it back.
          var state: [String: TransformState] { ["scale": TransformState(outputShape, scale)] }
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

      A normalizer: x / √(mean of x² + ε), each feature over the training samples. Zero stays zero, as
      suits sparse features.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `epsilon` | ε, added under the root | `1e-12` | x > 0 |

      ```yaml
      data:
        source: {csv: {path: data.csv, target: label}}
        normalize: [__name__]
      ```

      """)
}
