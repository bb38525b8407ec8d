extension PluginTemplate {
  static let cleaner = PluginTemplate(
    kind: .cleaner,
    source: #"""
      import Espalier

      /// Leaves out samples that lack more than a share of their features, before the split.
      ///
      /// Fits nothing; one that learns from the training split has `fit` and `restore`, as a normalizer
      /// has. Samples of any shape; shape unchanged.
      public struct __Name__: Cleaner {
        public static let manifest = Manifest(
          "__name__", "leaves out samples that lack more than a share of their features",
          sample: "{__name__: {share: 0.25}}")

        @Parameter("share of the features that may be missing", in: 0...1)
        public var share: Double = 0.5

        public init() {}

        public func exclusion(
          from samples: SourceSamples, beside training: SourceSamples?
        ) throws -> Exclusion {
          let most = share * Double(samples.width)
          return Exclusion(
            try samples.indices { features, _ in
              Double(features.count { $0.isNaN }) > most
            })
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

      A cleaner: leaves out samples that lack more than a share of their features, before the split.

      | parameter | meaning | default | range |
      | --- | --- | --- | --- |
      | `share` | share of the features that may be missing | `0.5` | 0 ≤ x ≤ 1 |

      ```yaml
      data:
        source: {csv: {path: data.csv, target: label}}
        clean: [{__name__: {share: 0.25}}, missing_values]
      ```

      """)
}
