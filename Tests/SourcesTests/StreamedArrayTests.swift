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

  /// What is larger unpacked than memory may be goes to a file beside the index, and is the same table.
  @Test func packedTablesPassThroughAFile() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // `a,y\n` and then `1,2\n` some times, packed by gzip.
    let packed = folder + "/table.csv.gz"
    try FileManager.default.copyItem(
      atPath: repository + "/Tests/Fixtures/formats/large_table.csv.gz", toPath: packed)
    let source = CSVSource("table.csv.gz")
    func open(_ memory: Int, _ cache: String?) throws -> any Dataset {
      try source.open(
        SourceContext(folder: folder, memory: memory),
        cache: CSVIndexCache(folder: cache.map { folder + "/" + $0 }, least: 0))
    }
    func made() -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/cache/derived")) ?? [])
        .sorted()
    }
    let held = try open(1 << 20, "cache")
    #expect(held.count == 10_000 && made().isEmpty)
    let streamed = try open(10_000, "cache")
    #expect(streamed.count == 10_000)
    #expect(try streamed.samples([0, 9_999, 5_000]).features == [1, 3, 1])
    #expect(try streamed.allTargets() == held.allTargets())
    #expect(streamed.place(of: 3) == held.place(of: 3))
    #expect(made().count == 2)
    // It is used again as long as it is what it was.
    let file = folder + "/cache/derived/" + made()[0]
    func inode() throws -> Int {
      try #require(
        FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int)
    }
    let first = try inode()
    #expect(try open(10_000, "cache").count == 10_000)
    #expect(try inode() == first)
    // A file that somebody changed is none, and is made again.
    try Data("a,y\n1,2\n".utf8).write(to: URL(fileURLWithPath: file))
    #expect(try open(10_000, "cache").count == 10_000)
    // What has lost its origin goes when another comes, and so does what a killed process left.
    let left = folder + "/cache/derived/abc.data.99999999-0.tmp"
    try Data([1]).write(to: URL(fileURLWithPath: left))
    try FileManager.default.copyItem(atPath: packed, toPath: folder + "/other.csv.gz")
    try FileManager.default.removeItem(atPath: packed)
    let other = CSVSource("other.csv.gz")
    let cache = CSVIndexCache(folder: folder + "/cache", least: 0)
    #expect(
      try other.open(SourceContext(folder: folder, memory: 10_000), cache: cache).count == 10_000)
    #expect(made().count == 2)
    #expect(!FileManager.default.fileExists(atPath: file))
    // Without a folder there is no place for it.
    let message = complaint {
      _ = try other.open(
        SourceContext(folder: folder, memory: 10_000), cache: CSVIndexCache(folder: nil))
    }
    #expect(message.contains("there is no folder to keep it unpacked in"), "\(message)")
  }

  /// Damaged files leave nothing behind.
  @Test func damagedPackedTables() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bytes = try Data(
      contentsOf: URL(fileURLWithPath: repository + "/Tests/Fixtures/formats/large_table.csv.gz"))
    var other = bytes
    other[other.count - 8] ^= 1
    for (wrong, words) in [(bytes.dropLast(9), "cut off"), (other, "its checksum is another")] {
      try wrong.write(to: URL(fileURLWithPath: folder + "/table.csv.gz"))
      let message = complaint {
        _ = try CSVSource("table.csv.gz").open(
          SourceContext(folder: folder, memory: 10_000), cache: CSVIndexCache(folder: folder))
      }
      #expect(message.contains(words), "\(message)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder + "/derived").isEmpty)
    }
  }

  /// An array in column-major order is put into rows, once, and leaves no pages behind either.
  @Test func columnMajorArrays() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Row r, place (a, b) is r · 100 + a · 10 + b; in the file r varies fastest, then a.
    let (rows, first, second) = (50_000, 10, 20)
    var numbers: [Float] = []
    for b in 0..<second {
      for a in 0..<first {
        for row in 0..<rows { numbers.append(Float(row % 9973 * 200 + a * 20 + b)) }
      }
    }
    var header =
      "{'descr': '<f4', 'fortran_order': True, 'shape': (\(rows), \(first), \(second)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    var bytes = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0])
    bytes.append(Data(header.utf8))
    numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    try bytes.write(to: URL(fileURLWithPath: folder + "/x.npy"))
    let source = NPYSource(features: "x.npy")
    let derived = DerivedFiles(cache: folder + "/cache")
    let before = mappedBytes()
    let context = SourceContext(folder: folder, needsTargets: false, memory: 1 << 20)
    let streamed = try source.open(context, derived: derived)
    let sample = (0..<200).map { Float(7 * 200 + $0) }
    #expect(try streamed.samples([7]).features == sample)
    #expect(try streamed.samples([9973 + 7, 49_999]).features[..<200] == sample[...])
    let sum = try readAll(streamed)
    if let before, let after = mappedBytes() { #expect(after - before < 4_000_000) }
    // Without a folder it is read where it lies, to the same numbers.
    let mapped = try source.open(context, derived: DerivedFiles(cache: nil))
    #expect(try readAll(mapped) == sum)
    #expect(try mapped.samples([7]).features == sample)
  }

  /// Records of images leave no pages behind.
  @Test func imagesLeaveNoPagesBehind() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var record = [UInt8](repeating: 0, count: 3073)
    var bytes = Data()
    for number in 0..<10_000 {
      record[0] = UInt8(number % 10)
      record[1 + number % 3072] = UInt8(number % 251)
      bytes.append(contentsOf: record)
    }
    try bytes.write(to: URL(fileURLWithPath: folder + "/a.bin"))
    let source = CIFARSource(["a.bin"], scale: false)
    let before = mappedBytes()
    let streamed = try source.open(SourceContext(folder: folder, memory: 1 << 20))
    let sum = try readAll(streamed)
    if let before, let after = mappedBytes() { #expect(after - before < 14_000_000) }
    let mapped = try source.open(SourceContext(folder: folder))
    #expect(try readAll(mapped) == sum)
    #expect(try mapped.allTargets() == streamed.allTargets())
    let (a, b) = (try mapped.samples([9, 0, 77]), try streamed.samples([9, 0, 77]))
    #expect(a.features == b.features && a.targets == b.targets && a.targets == [9, 0, 7])
  }
}
