import Espalier
import Foundation
import Testing

@testable import EspalierFormats

extension EndToEnd {
  /// The same samples in several formats are the same run.
  @Suite struct SameDataTests {
    private struct Digit {
      let pixels: [UInt8]
      let label: Int
    }

    /// The digits of the examples, sorted by class as folders are.
    private static func digits() throws -> [Digit] {
      let rows = try lines(project + "/Examples/data/digits.csv").dropFirst().map { line in
        line.split(separator: ",").map { Int(Double($0)!) }
      }
      let all = rows.map { Digit(pixels: $0.dropLast().map { UInt8($0) }, label: $0.last!) }
      return (0..<10).flatMap { label in all.filter { $0.label == label } }
    }

    private static func put(_ bytes: [UInt8], _ path: String) throws {
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private static func big32(_ number: Int) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
    }
    private static func little(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(number >> (8 * $0) & 0xFF) }
    }
    private static func checksum(_ bytes: [UInt8]) -> Int {
      Int(bytes.withUnsafeBytes { CRC32.of($0) })
    }

    /// Packed by gzip.
    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
      [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + Deflate.pack(bytes) + little(checksum(bytes), 4)
        + little(bytes.count, 4)
    }

    /// A zip archive of packed files.
    private static func zip(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
      var archive: [UInt8] = []
      var directory: [UInt8] = []
      for file in files {
        let packed = Deflate.pack(file.bytes)
        let facts =
          little(20, 2) + little(0, 2) + little(8, 2) + little(0, 4)
          + little(checksum(file.bytes), 4) + little(packed.count, 4)
          + little(file.bytes.count, 4) + little(file.name.utf8.count, 2) + little(0, 2)
        directory += [0x50, 0x4B, 1, 2] + little(20, 2) + facts + little(0, 10)
        directory += little(archive.count, 4) + Array(file.name.utf8)
        archive += [0x50, 0x4B, 3, 4] + facts + Array(file.name.utf8) + packed
      }
      let end =
        [0x50, 0x4B, 5, 6] + little(0, 4) + little(files.count, 2) + little(files.count, 2)
        + little(directory.count, 4) + little(archive.count, 4) + little(0, 2)
      return archive + directory + end
    }

    /// An array of bytes as NumPy writes it.
    private static func npy(_ bytes: [UInt8], shape: String) -> [UInt8] {
      var header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(shape)), }"
      header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0] + little(header.utf8.count, 2)
        + Array(header.utf8) + bytes
    }

    /// By format, the source that a config names.
    private static let sources = [
      "image_folder": "{path: folder, scale: false}",
      "npz": "{features: digits.npz}",
      "idx": "{images: images.idx.gz, labels: labels.idx.gz, scale: false}",
      "csv": "{path: digits.csv, target: target, shape: [1, 8, 8]}",
    ]

    private static func writeAll(_ folder: String) throws {
      let digits = try digits()
      let pixels = digits.flatMap(\.pixels)
      let labels = digits.map { UInt8($0.label) }
      for (number, digit) in digits.enumerated() {
        let image = Image(width: 8, height: 8, channels: 1, bytes: digit.pixels)
        try put(PNG.file(of: image), "\(folder)/folder/\(digit.label)/\(10000 + number).png")
      }
      try put(
        zip([
          ("x.npy", npy(pixels, shape: "\(digits.count), 1, 8, 8")),
          ("y.npy", npy(labels, shape: "\(digits.count),")),
        ]), folder + "/digits.npz")
      let sizes = big32(digits.count) + big32(8) + big32(8)
      try put(gzip([0, 0, 8, 3] + sizes + pixels), folder + "/images.idx.gz")
      try put(gzip([0, 0, 8, 1] + big32(digits.count) + labels), folder + "/labels.idx.gz")
      let names = (0..<64).map { "p\($0)" } + ["target"]
      let rows = digits.map { digit in
        (digit.pixels.map { "\($0)" } + ["\(digit.label)"]).joined(separator: ",")
      }
      try put(
        Array(([names.joined(separator: ",")] + rows).joined(separator: "\n").utf8),
        folder + "/digits.csv")
    }

    private func config(_ format: String, _ transforms: String) -> String {
      """
      data:
        source: {\(format): \(Self.sources[format]!)}
        split: {validation: 0.15, test: 0.2}
        \(transforms)
      model:
        - conv2d: {filters: 6, padding: same, activation: relu}
        - max_pool
        - flatten
        - dropout: {rate: 0.1}
        - dense: {units: 10}
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.01}}
      metrics: [accuracy, f1]
      training: {epochs: 2, batch_size: 32, seed: 3}
      """
    }

    /// With transforms the samples are in memory, without they are read batch by batch.
    @Test(arguments: ["normalize: [min_max]", "augment: [{random_crop: {padding: 1}}]"])
    func fourFormatsOneRun(_ transforms: String) throws {
      try withFolder { folder in
        try Self.writeAll(folder)
        var results: [String: [String: [String: UInt64]]] = [:]
        var steps: [String: [UInt64]] = [:]
        var weights: [String: [String: [UInt32]]] = [:]
        for format in Self.sources.keys {
          let record = Record()
          let path = try write(config(format, transforms), folder, format + ".yaml")
          let result = try train(path, into: folder + "/runs/" + format, hooks: [record.hook()])
          results[format] = result.summary.results.mapValues { $0.mapValues(\.bitPattern) }
          steps[format] = record.losses.map(\.bitPattern)
          weights[format] = try bits(folder + "/runs/\(format)/weights.safetensors")
          #expect(result.summary.samples["train"] == 1168, "\(format)")
          // It learned something.
          #expect(try #require(result.summary.results["test"]?["accuracy"]) > 0.4)
        }
        for format in Self.sources.keys {
          #expect(results[format] == results["csv"], "\(format)")
          #expect(steps[format] == steps["csv"] && steps[format]?.count == 74, "\(format)")
          #expect(weights[format] == weights["csv"] && weights[format]?.count == 4, "\(format)")
        }
      }
    }

    /// What a run says of single images, and of a folder of them, is what it says of their numbers.
    @Test func predictions() throws {
      try withFolder { folder in
        try Self.writeAll(folder)
        let path = try write(config("image_folder", "normalize: [min_max]"), folder)
        try train(path, into: folder + "/run")
        let run = try TrainedRun.open(folder + "/run", catalog: builtIn.get(), defaults: quiet)
        let table = try run.predict(file: folder + "/digits.npz")
        let all = try run.predict(file: folder + "/folder")
        #expect(all.count == 1797 && all.values == table.values)
        #expect(table.names == nil && table.header[0] == "prediction")
        #expect(all.header[0] == "file" && all.header.count == 12)
        #expect(all.names?[0] == "0/10000.png" && all.row(1796)[0] == "9/11796.png")
        #expect(all.row(3)[1...] == table.row(3)[...])
        let one = try run.predict(file: folder + "/folder/5/11000.png")
        #expect(one.count == 1 && one.values == Array(table.values[10000..<10010]))
        // Measuring needs the classes' folders.
        let measured = try run.evaluate(file: folder + "/folder")
        #expect(measured.samples == 1797)
        #expect(throws: RunFailure.self) { try run.evaluate(file: folder + "/folder/5") }
        // A run of a table predicts for images too, if they are what it learned from.
        let other = try write(config("csv", ""), folder, "csv.yaml")
        try train(other, into: folder + "/other")
        let tabular = try TrainedRun.open(
          folder + "/other", catalog: builtIn.get(), defaults: quiet)
        #expect(try tabular.predict(file: folder + "/folder/5").count > 150)
      }
    }
  }
}
