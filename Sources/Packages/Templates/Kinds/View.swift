extension PluginTemplate {
  static let view = PluginTemplate(
    kind: .view,
    source: #"""
      import Espalier

      /// The sample x, x·(1 − amount) and x·(1 + amount): three sides.
      ///
      /// Any shape.
      public struct __Name__: View {
        public static let manifest = Manifest(
          "__name__", "x, x·(1 − amount) and x·(1 + amount)", sample: "{__name__: {amount: 0.2}}")

        @Parameter("how much is taken away and added", in: Bounds.openUnit)
        public var amount: Float = 0.1

        public init() {}

        public func count(for shape: Shape) -> Int { 3 }

        public func show(
          _ sample: UnsafeBufferPointer<Float>, shape: Shape, side: Int,
          to output: UnsafeMutableBufferPointer<Float>
        ) {
          let factor = [1, 1 - amount, 1 + amount][side]
          for place in sample.indices { output[place] = factor * sample[place] }
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

      A view: the sample x, x·(1 − amount) and x·(1 + amount).

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `amount` | how much is taken away and added | `0.1` | 0 < x < 1 |

      ```yaml
      data:
        source: {csv: {path: data.csv, target: label}}
        test_time: {views: [{__name__: {amount: 0.2}}]}
      ```

      """)
}
