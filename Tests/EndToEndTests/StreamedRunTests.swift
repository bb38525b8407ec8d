import Espalier
import EspalierFormats
import Foundation
import Testing

extension EndToEnd {
  /// Whole runs on data that may not be held in memory have the bits of those on data in memory.
  @Suite struct StreamedRunTests {
    private static let count = 400

    /// The same samples as a table, arrays, an archive and images.
    private func writeSources(_ folder: String) throws -> [String: String] {
      var text = (0..<12).map { "x\($0)," }.joined() + "y\n"
      var (features, labels): ([Float], [Float]) = ([], [])
      for row in 0..<Self.count {
        let label = row * 7 % 3
        let values = (0..<12).map { (row * ($0 + 3) * 31 + label * 40 * ($0 % 3)) % 211 }
        text += values.map { "\($0)," }.joined() + "\(label)\n"
        features += values.map { Float($0) }
        labels.append(Float(label))
      }
      _ = try write(text, folder, "table.csv")
      try NPY.write(features, shape: [Self.count, 12], to: folder + "/x.npy")
      try NPY.write(labels, shape: [Self.count], to: folder + "/y.npy")
      func idx(_ shape: [Int], _ values: [Float]) -> Data {
        var bytes: [UInt8] = [0, 0, 8, UInt8(shape.count)]
        for extent in shape { bytes += [0, 0, UInt8(extent >> 8), UInt8(extent & 255)] }
        return Data(bytes + values.map { UInt8($0) })
      }
      try idx([Self.count, 12], features).write(to: URL(fileURLWithPath: folder + "/x.idx"))
      try idx([Self.count], labels).write(to: URL(fileURLWithPath: folder + "/y.idx"))
      return [
        "csv": "{csv: {path: table.csv, target: y}}",
        "npy": "{npy: {features: x.npy, targets: y.npy, task: classification}}",
        "idx": "{idx: {images: x.idx, labels: y.idx, scale: false}}",
      ]
    }

    private static let preparations = [
      "normalize: [standardize]",
      """
      clean: [duplicates, {outliers: {factor: 3, action: drop}}]
        normalize: [min_max]
        project: {pca_whitening: {components: 5}}
      """,
      """
      select: [{k_best: {k: 8, score: mutual_information}}]
        normalize: [robust]
        balance: [oversample]
        augment: [{feature_noise: {deviation: 0.1}}, mixup]
      """,
      """
      clean: [{outliers: {factor: 2, action: missing}}, {missing_values: {strategy: median, indicators: true}}]
        normalize: [center]
        project: {lda: {}}
        balance: [class_balance]
      """,
    ]

    @Test func sameBitsAsInMemory() throws {
      try withFolder { folder in
        for (name, source) in try writeSources(folder) {
          for (number, preparation) in Self.preparations.enumerated() {
            let config = try write(
              """
              data:
                source: \(source)
                split: {validation: 0.2, test: 0.1}
                \(preparation)
              model: [{dense: {units: 8, activation: tanh}}, {dense: {units: 3}}]
              loss: cross_entropy
              optimizer: {adam: {learning_rate: 0.01}}
              metrics: [accuracy]
              training: {epochs: 2, batch_size: 32, seed: 3}
              """, folder)
            let (a, b) = (
              folder + "/\(name)-\(number)-held", folder + "/\(name)-\(number)-streamed"
            )
            let held = try train(config, into: a)
            let streamed = try train(config, sets: ["data.memory=0"], into: b)
            #expect(held.summary.streamed == nil && streamed.summary.streamed == true)
            let weights = "/weights.safetensors"
            #expect(
              try Data(contentsOf: URL(fileURLWithPath: a + weights))
                == Data(contentsOf: URL(fileURLWithPath: b + weights)), "\(name) \(number)")
            #expect(held.summary.results == streamed.summary.results, "\(name) \(number)")
            // A run that is opened again reads in the same way.
            let again = try TrainedRun.open(b, catalog: builtIn.get(), defaults: quiet).evaluate(
              .train)
            #expect(again["loss"] == streamed.summary.results["train"]?["loss"])
          }
        }
      }
    }

    @Test func missingValuesHaveTheirPlace() throws {
      try withFolder { folder in
        let rows = (0..<50).map { "\($0),\($0 == 30 ? "" : "1"),\($0 % 2)" }
        _ = try write("a,b,y\n" + rows.joined(separator: "\n") + "\n", folder, "table.csv")
        for normalize in ["[]", "[standardize]"] {
          let config = try write(
            """
            data: {source: {csv: {path: table.csv}}, normalize: \(normalize)}
            model: [{dense: {units: 2}}]
            loss: cross_entropy
            optimizer: sgd
            """, folder)
          for sets in [[], ["data.memory=0"]] {
            let message = "\(String(describing: Result { try train(config, sets: sets) }))"
            #expect(message.contains("line 32, feature `b`: the value is missing"))
          }
        }
      }
    }
  }
}
