import EspalierFormats
import EspalierProtocols
import EspalierSources
import Foundation
import Testing

/// Arrays and tables that do not fit into memory.
@Suite(.serialized) struct StreamedArrayTests {
  private let count = 40_000
  private let width = 200

  private func withArray(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try NPY.write(
      (0..<count * width).map { Float($0 % 1013) }, shape: [count, width], to: folder + "/x.npy")
    try NPY.write((0..<count).map { Float($0 % 3) }, shape: [count], to: folder + "/y.npy")
    try body(folder)
  }

  /// Bytes of files that are mapped and in memory, of this process; `nil` where that cannot be told.
  private func mappedBytes() -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssFile:") })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map {
      $0 * 1024
    }
  }

  private func readAll(_ dataset: any Dataset) throws -> Double {
    var sum = 0.0
    try SourceSamples(dataset, rows: SampleNumbers(0..<dataset.count)).forEachChunk {
      _, values, _ in
      for value in values { sum += Double(value) }
    }
    return sum
  }

  /// 32 MB pass through the process, and leave less than a tenth of them behind.
  @Test func arraysLeaveNoPagesBehind() throws {
    try withArray { folder in
      let source = NPYSource(features: "x.npy", targets: "y.npy", task: .classification)
      let mapped = try source.open(SourceContext(folder: folder))
      let streamed = try source.open(SourceContext(folder: folder, memory: 1 << 20))
      let before = mappedBytes()
      let sum = try readAll(streamed)
      if let before, let after = mappedBytes() {
        #expect(after - before < 3_200_000)
        #expect(try readAll(mapped) == sum)
        // Through the map they stay, or this test could not fail.
        #expect(try #require(mappedBytes()) - after > 25_000_000)
        withExtendedLifetime(mapped) {}
      }
      #expect(streamed.description.target == mapped.description.target)
      #expect(try streamed.allTargets() == mapped.allTargets())
    }
  }

  /// The pass that indexes a table gives the pages behind it back.
  @Test func tablesLeaveFewPagesBehind() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let line = (0..<50).map { "\($0).123456" }.joined(separator: ",") + ",yes\n"
    let text = line + line.replacingOccurrences(of: "yes", with: "no")
    let bytes = Data(String(repeating: text, count: 40_000_000 / text.utf8.count).utf8)
    try bytes.write(to: URL(fileURLWithPath: folder + "/table.csv"))
    let before = mappedBytes()
    let source = CSVSource("table.csv", header: .absent)
    let table = try source.open(
      SourceContext(folder: folder, memory: 1 << 20), cache: CSVIndexCache(folder: nil))
    if let before, let after = mappedBytes() { #expect(after - before < 24_000_000) }
    let indexed = mappedBytes()
    _ = try readAll(table)
    if let indexed, let after = mappedBytes() { #expect(after - indexed < 8_000_000) }
  }

  @Test func packedTablesMustFit() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // `a,y\n` and then `1,2\n` some times, packed by gzip.
    let packed = repository + "/Tests/Fixtures/formats/large_table.csv.gz"
    let source = CSVSource(FilePath(packed))
    #expect(try source.open(SourceContext(folder: folder, memory: 1 << 20)).count == 10_000)
    let message = complaint {
      _ = try source.open(SourceContext(folder: folder, memory: 10_000))
    }
    #expect(message.contains("unpacked it takes more than 10000 bytes"))
  }
}
