extension PluginTemplate {
  static let source = PluginTemplate(
    kind: .source,
    source: #"""
      import Espalier

      /// Points of a chessboard: x and y uniform over the board, the class 1 where ⌊x⌋ + ⌊y⌋ is odd.
      ///
      /// Samples [2], two classes. The run's seed decides every number. Real data would be read here, and
      /// `context.resolve` would turn a path of the config into one of the file system.
      public struct __Name__: Source {
        public static let manifest = Manifest(
          "__name__", "(⌊x⌋ + ⌊y⌋) mod 2 of random points: a chessboard of two classes",
          sample: "{__name__: {samples: 500, squares: 2}}")

        @Parameter("number of samples", in: 1...1_000_000) public var samples: Int = 1000
        @Parameter("squares along a side of the board", in: 1...1000) public var squares: Int = 4

        public init() {}

        public func open(_ context: SourceContext) throws -> any Dataset {
          var random = CounterRandom(seed: context.seed, stream: "__name__")
          var points: [Float] = []
          var classes: [Float] = []
          for _ in 0..<samples {
            let x = random.uniform(in: 0..<Float(squares))
            let y = random.uniform(in: 0..<Float(squares))
            points += [x, y]
            classes.append(Float((Int(x) + Int(y)) % 2))
          }
          let description = DataDescription(
            sampleShape: [2], featureNames: ["x", "y"], target: .classes(["white", "black"]))
          return try ArrayDataset(description, features: points, targets: classes)
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

      A source: points (x, y) uniform over a chessboard, the class 1 where ⌊x⌋ + ⌊y⌋ is odd.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `samples` | number of samples | `1000` | 1 ≤ x ≤ 1000000 |
      | `squares` | squares along a side of the board | `4` | 1 ≤ x ≤ 1000 |

      ```yaml
      data:
        source: {__name__: {samples: 500, squares: 2}}
      ```

      """)
}
