import EspalierFormats
import EspalierProtocols
import Foundation

/// A folder where indexes of large tables are kept from run to run.
///
/// ```
/// tables/HASH.index     the latest index of a path with a source's settings
/// ```
/// It is only a saving of time: what is not there, damaged, of another table or of an earlier state of it
/// is made again, and a folder that cannot be written to is passed over.
package struct CSVIndexCache: Sendable {
  /// `nil` for no cache.
  private let folder: String?
  /// Tables of fewer bytes are indexed faster than an index is worth keeping.
  private let least: Int

  package init(folder: String?, least: Int = 1 << 26) {
    self.folder = folder
    self.least = least
  }

  package static var standard: CSVIndexCache { CSVIndexCache(folder: CacheFolder.standard) }

  /// For what a table has to be made into before it can be indexed.
  var derived: DerivedFiles { DerivedFiles(cache: folder) }

  /// Where the index of a table stands; `nil` when none is kept.
  func entry(for file: MappedFile, _ source: CSVSource, _ context: SourceContext) -> CSVIndexFile? {
    guard let folder, file.bytes.count >= least, let identity = file.identity else { return nil }
    let path = URL(fileURLWithPath: file.path).resolvingSymlinksInPath().path
    let settings = Schema(of: source).items.compactMap { item -> String? in
      guard case .parameter(let parameter) = item.content, item.name != "path" else { return nil }
      return item.name + ": " + (parameter.currentConfigValue?.description ?? "")
    }
    var name = path + "\n" + settings.joined(separator: "\n")
    if let expected = context.expected {
      let categories = expected.categories.sorted { $0.key < $1.key }
      name += "\n\(expected.sampleShape) \(expected.featureNames) \(categories) \(expected.target)"
    }
    name += "\n\(context.needsTargets) \(context.group ?? "")"
    let hash = CSVIndexFile.hash(name)
    return CSVIndexFile(
      path: "\(folder)/tables/\(hash).index", key: name + "\n" + identity, table: file,
      identity: identity)
  }
}

/// The file of one index: a header in JSON with checksums, then the numbers.
struct CSVIndexFile {
  let path: String
  /// All that the index depends on.
  let key: String
  let table: MappedFile
  let identity: String

  private static let magic = Array("espalier table 1\n".utf8)

  /// The index, if there is a sound one of this very table.
  func load() -> CSVIndex? {
    guard let file = try? MappedFile(path) else { return nil }
    return withExtendedLifetime(file) { try? read(file.bytes) }
  }

  private func read(_ bytes: UnsafeRawBufferPointer) throws -> CSVIndex? {
    var place = Self.magic.count + 16
    guard bytes.count >= place, bytes.starts(with: Self.magic) else { return nil }
    let length = bytes.loadUnaligned(fromByteOffset: Self.magic.count, as: UInt64.self)
    let checksum = bytes.loadUnaligned(fromByteOffset: Self.magic.count + 8, as: UInt64.self)
    guard length <= UInt64(bytes.count - place) else { return nil }
    let text = UnsafeRawBufferPointer(rebasing: bytes[place..<place + Int(length)])
    guard UInt64(CRC32.of(text)) == checksum else { return nil }
    let header = try JSON.parse(text, file: path)
    place += Int(length)
    guard header["key"] == .text(key), case .integer(let count)? = header["count"],
      case .integer(let perMark)? = header["rows_per_mark"], perMark > 0,
      case .bool(let isPlain)? = header["plain"], case .bool(let lacks)? = header["missing"],
      case .list(let levels)? = header["levels"]
    else { return nil }
    var index = CSVIndex()
    index.count = count
    index.rowsPerMark = perMark
    index.isPlain = isPlain
    index.hasMissingFeatures = lacks
    for entry in levels {
      guard case .integer(let feature)? = entry["feature"], let names = texts(entry["names"]) else {
        return nil
      }
      index.levels[feature] = names
    }
    if let names = texts(header["classes"]) { index.target = .classes(names) }
    if let names = texts(header["values"]) { index.target = .values(names) }
    func numbers<Number>(_ name: String, _ zero: Number) -> [Number]? {
      guard case .integer(let count)? = header[name]?["count"], count >= 0,
        case .integer(let checksum)? = header[name]?["checksum"]
      else { return nil }
      let size = MemoryLayout<Number>.size
      guard count <= (bytes.count - place) / size else { return nil }
      let part = UnsafeRawBufferPointer(rebasing: bytes[place..<place + count * size])
      guard Int(CRC32.of(part)) == checksum else { return nil }
      place += count * size
      return [Number](unsafeUninitializedCapacity: count) { result, initialized in
        UnsafeMutableRawBufferPointer(result).copyMemory(from: part)
        initialized = count
      }
    }
    guard let offsets = numbers("offsets", UInt64(0)), let lines = numbers("lines", UInt64(0)),
      let targets = numbers("targets", Float(0)), offsets.count == lines.count
    else { return nil }
    (index.offsets, index.lines, index.targets) = (offsets, lines, targets)
    if header["weights"] != nil {
      guard let weights = numbers("weights", Float(0)) else { return nil }
      index.weights = weights
    }
    return place == bytes.count ? index : nil
  }

  private func texts(_ json: JSON?) -> [String]? {
    guard case .list(let values)? = json else { return nil }
    let result = values.compactMap { value -> String? in
      if case .text(let text) = value { text } else { nil }
    }
    return result.count == values.count ? result : nil
  }

  /// Keeps an index, where that is possible and the table is still what it was.
  func save(_ index: CSVIndex) {
    guard table.identity == identity else { return }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? write(index)
  }

  private func write(_ index: CSVIndex) throws {
    var members: [JSON.Member] = [
      .init("key", .text(key)), .init("count", .integer(index.count)),
      .init("rows_per_mark", .integer(index.rowsPerMark)), .init("plain", .bool(index.isPlain)),
      .init("missing", .bool(index.hasMissingFeatures)),
      .init(
        "levels",
        .list(
          index.levels.sorted { $0.key < $1.key }.map { feature, names in
            .object([
              .init("feature", .integer(feature)), .init("names", .list(names.map { .text($0) })),
            ])
          })),
    ]
    let names = JSON.list(index.target.names.map { .text($0) })
    switch index.target {
    case .classes: members.append(.init("classes", names))
    case .values: members.append(.init("values", names))
    case .none: break
    }
    func add<Number>(_ name: String, _ numbers: [Number]) {
      let checksum = numbers.withUnsafeBytes { Int(CRC32.of($0)) }
      members.append(
        .init(
          name,
          .object([
            .init("count", .integer(numbers.count)), .init("checksum", .integer(checksum)),
          ])))
    }
    add("offsets", index.offsets)
    add("lines", index.lines)
    add("targets", index.targets)
    if let weights = index.weights { add("weights", weights) }
    let header = Array(JSON.object(members).serialized.utf8)
    let file = try AtomicFile(path)
    try file.write(Self.magic)
    try Self.write(
      [UInt64(header.count), UInt64(header.withUnsafeBytes { CRC32.of($0) })], to: file)
    try file.write(header)
    try Self.write(index.offsets, to: file)
    try Self.write(index.lines, to: file)
    try Self.write(index.targets, to: file)
    if let weights = index.weights { try Self.write(weights, to: file) }
    try file.commit()
  }

  private static func write<Number>(_ numbers: [Number], to file: AtomicFile) throws {
    try numbers.withUnsafeBytes { try file.write($0) }
  }

  /// 128 bits by which a file is named; the whole text stands in it, so that two of one name do no harm.
  static func hash(_ text: String) -> String {
    var state: (UInt64, UInt64) = (0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15)
    for byte in text.utf8 {
      state.0 = (state.0 ^ UInt64(byte)) &* 0x100_0000_01B3
      state.1 = (state.1 ^ UInt64(byte)) &* 0xD6E8_FEB8_6659_FD93
      state.1 ^= state.1 >> 29
    }
    func digits(_ number: UInt64) -> String {
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return digits(state.0) + digits(state.1)
  }
}
