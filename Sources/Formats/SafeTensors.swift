/// The safetensors format: named arrays behind a JSON header, without anything that could run.
///
/// `u64 length | JSON header | data`, all little-endian; the header gives type, shape and place of each
/// array, and the arrays cover the data without a hole.
package enum SafeTensors {
  /// An array to write.
  package struct Item {
    package enum Values {
      case floats([Float])
      case doubles([Double])
      case integers([Int64])
      /// Floats that are asked for piece by piece when they are written, so that not all are held at once.
      case deferred(count: Int, (Range<Int>) throws -> [Float])
    }
    package let name: String
    package let shape: [Int]
    package let values: Values

    package init(_ name: String, _ shape: [Int], _ values: Values) {
      self.name = name
      self.shape = shape
      self.values = values
    }

    fileprivate var type: ElementType {
      switch values {
      case .floats: .float32
      case .doubles: .float64
      case .integers: .int64
      case .deferred: .float32
      }
    }
    fileprivate var count: Int {
      switch values {
      case .floats(let values): values.count
      case .doubles(let values): values.count
      case .integers(let values): values.count
      case .deferred(let count, _): count
      }
    }
    fileprivate func withBytes(
      _ body: (UnsafeRawBufferPointer) throws(FormatError) -> Void
    ) throws(FormatError) {
      var failure: FormatError?
      let run: (UnsafeRawBufferPointer) -> Void = { bytes in
        do throws(FormatError) { try body(bytes) } catch { failure = error }
      }
      switch values {
      case .floats(let values): values.withUnsafeBytes(run)
      case .doubles(let values): values.withUnsafeBytes(run)
      case .integers(let values): values.withUnsafeBytes(run)
      case .deferred(let count, let read):
        for piece in SafeTensors.pieces(of: count) where failure == nil {
          do {
            let values = try read(piece)
            precondition(values.count == piece.count, "`\(name)` has changed its size")
            values.withUnsafeBytes(run)
          } catch {
            failure = error as? FormatError ?? FormatError("`\(name)`", "\(error)")
          }
        }
      }
      if let failure { throw failure }
    }
  }

  /// Ranges of at most a megabyte of floats that follow one another, for what is read or written in pieces.
  package static func pieces(of count: Int) -> [Range<Int>] {
    let most = 1 << 18
    return stride(from: 0, to: count, by: most).map { $0..<min($0 + most, count) }
  }

  /// The longest header that is read, as in the format's reference implementation.
  static let longestHeader = 100_000_000

  /// Opens a file and checks its header; the arrays stay in the file until they are asked for.
  package static func read(_ path: String) throws(FormatError) -> SafeTensorsFile {
    try SafeTensorsFile(try MappedFile(path))
  }

  /// Writes 32-bit arrays.
  package static func write(
    _ tensors: [(String, [Int], [Float])], metadata: [String: String] = [:], to path: String
  ) throws(FormatError) {
    try write(tensors.map { Item($0.0, $0.1, .floats($0.2)) }, metadata: metadata, to: path)
  }

  /// Writes a file so that it appears complete or not at all.
  package static func write(
    _ items: [Item], metadata: [String: String] = [:], to path: String
  ) throws(FormatError) {
    // Larger elements first, so that every array is aligned to its element; then by name.
    let ordered = items.sorted { ($1.type.size, $0.name) < ($0.type.size, $1.name) }
    var members: [JSON.Member] = []
    var names: Set<String> = ["__metadata__"]
    if !metadata.isEmpty {
      let entries = metadata.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .text($0.value)) }
      members.append(.init("__metadata__", .object(entries)))
    }
    var offset = 0
    for item in ordered {
      guard names.insert(item.name).inserted else {
        throw FormatError(path, "the name `\(item.name)` cannot be written, or is there twice")
      }
      guard checkedCount(item.shape) == item.count else {
        throw FormatError(
          path, "`\(item.name)` has \(item.count) values, its shape \(item.shape) wants others")
      }
      let end = offset + item.count * item.type.size
      members.append(
        .init(
          item.name,
          .object([
            .init("dtype", .text(item.type.rawValue)),
            .init("shape", .list(item.shape.map { .integer($0) })),
            .init("data_offsets", .list([.integer(offset), .integer(end)])),
          ])))
      offset = end
    }
    var header = Array(JSON.object(members).serialized.utf8)
    header.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8))
    guard header.count <= longestHeader else {
      throw FormatError(
        path, "the header would have \(header.count) bytes, 100,000,000 are allowed")
    }
    let file = try AtomicFile(path)
    try file.write((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
    try file.write(header)
    for item in ordered {
      try item.withBytes { (bytes) throws(FormatError) in try file.write(bytes) }
    }
    try file.commit()
  }
}

/// An open safetensors file.
package struct SafeTensorsFile: Sendable {
  /// An array as the header describes it.
  package struct Entry: Sendable {
    /// The type's name in the format, such as `F32`.
    package let typeName: String
    package let shape: [Int]
    /// Place of its bytes in the data.
    let range: Range<Int>
    /// `nil` for types that are not converted.
    package var type: ElementType? { ElementType(rawValue: typeName) }
    /// Elements.
    package var count: Int { shape.reduce(1, *) }
  }

  private let file: MappedFile
  private let dataStart: Int
  private let entries: [String: Entry]
  /// In the order of the header.
  package let names: [String]
  package let metadata: [String: String]

  package var path: String { file.path }
  package subscript(name: String) -> Entry? { entries[name] }

  /// Bits of one element of the types that are known.
  private static func bits(_ type: String) -> Int? {
    if let element = ElementType(rawValue: type) { return element.size * 8 }
    switch type {
    case "C64": return 64
    case "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": return 8
    case "F6_E2M3", "F6_E3M2": return 6
    case "F4": return 4
    default: return nil
    }
  }

  init(_ file: MappedFile) throws(FormatError) {
    let path = file.path
    let size = file.bytes.count
    guard size >= 8 else {
      throw FormatError(
        path, "no safetensors file: \(size) bytes, the header's length alone takes 8")
    }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(SafeTensors.longestHeader), Int(length) <= size - 8 else {
      throw FormatError(
        path,
        "no safetensors file, or cut off: a header of \(length) bytes in a file of \(size) bytes")
    }
    let header = UnsafeRawBufferPointer(rebasing: file.bytes[8..<8 + Int(length)])
    guard case .object(let members) = try JSON.parse(header, file: path) else {
      throw FormatError(path, "the header is no JSON object")
    }
    self.file = file
    dataStart = 8 + Int(length)
    var metadata: [String: String] = [:]
    var entries: [String: Entry] = [:]
    var names: [String] = []
    for member in members {
      if member.key == "__metadata__" {
        guard case .object(let pairs) = member.value else {
          throw FormatError(path, "__metadata__ must be an object of texts")
        }
        for pair in pairs {
          guard case .text(let text) = pair.value else {
            throw FormatError(path, "__metadata__: `\(pair.key)` must be text")
          }
          metadata[pair.key] = text
        }
      } else {
        entries[member.key] = try Self.entry(member, path)
        names.append(member.key)
      }
    }
    self.metadata = metadata
    self.entries = entries
    self.names = names
    try checkCover(dataSize: size - dataStart)
  }

  private static func entry(_ member: JSON.Member, _ path: String) throws(FormatError) -> Entry {
    func problem(_ message: String) -> FormatError {
      FormatError(path, "`\(member.key)`: \(message)")
    }
    func integers(_ value: JSON?) -> [Int]? {
      guard case .list(let values)? = value else { return nil }
      var result: [Int] = []
      for value in values {
        guard case .integer(let number) = value, number >= 0 else { return nil }
        result.append(number)
      }
      return result
    }
    guard case .text(let type)? = member.value["dtype"], let bits = bits(type) else {
      throw problem(
        "dtype is missing or unknown (\(member.value["dtype"]?.serialized ?? "none")); known are "
          + ElementType.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard let shape = integers(member.value["shape"]) else {
      throw problem("shape must be a list of whole numbers from 0")
    }
    guard let offsets = integers(member.value["data_offsets"]), offsets.count == 2,
      offsets[0] <= offsets[1]
    else { throw problem("data_offsets must be [begin, end], begin ≤ end") }
    guard let count = checkedCount(shape) else { throw problem("the shape \(shape) is too large") }
    let (total, overflow) = count.multipliedReportingOverflow(by: bits)
    guard !overflow, total % 8 == 0, total / 8 == offsets[1] - offsets[0] else {
      throw problem(
        "\(offsets[1] - offsets[0]) bytes in the file, but \(type) of shape \(shape) takes "
          + (overflow ? "more than there can be" : "\(total / 8)"))
    }
    return Entry(typeName: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// Every byte of the data belongs to exactly one array.
  private func checkCover(dataSize: Int) throws(FormatError) {
    let ordered = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound)
        < ($1.value.range.lowerBound, $1.value.range.upperBound)
    }
    var end = 0
    for (name, entry) in ordered {
      guard entry.range.lowerBound == end else {
        throw FormatError(
          path,
          "`\(name)` begins at byte \(entry.range.lowerBound) of the data, the array before it ends "
            + "at \(end): arrays must follow one another without holes and overlaps")
      }
      end = entry.range.upperBound
    }
    guard end == dataSize else {
      throw FormatError(path, "the arrays take \(end) bytes, the file has \(dataSize) for them")
    }
  }

  private func find(_ name: String) throws(FormatError) -> (entry: Entry, start: UnsafeRawPointer?)
  {
    guard let entry = entries[name] else { throw FormatError(path, "has no array `\(name)`") }
    return (entry, file.bytes.baseAddress.map { $0 + dataStart + entry.range.lowerBound })
  }

  /// An array, its values converted to 32-bit floating point.
  package func tensor(_ name: String) throws(FormatError) -> (shape: [Int], values: [Float]) {
    let entry = try find(name).entry
    return (entry.shape, try values(name, 0..<entry.count))
  }

  /// Some elements of an array, converted to 32-bit floating point.
  ///
  /// They are copied from the file, so that no page of its map counts as the process's memory.
  package func values(_ name: String, _ range: Range<Int>) throws(FormatError) -> [Float] {
    let entry = try find(name).entry
    guard let type = entry.type else {
      throw FormatError(path, "`\(name)` holds \(entry.typeName) values, which cannot be read")
    }
    precondition(range.lowerBound >= 0 && range.upperBound <= entry.count)
    let first = dataStart + entry.range.lowerBound
    var failure: FormatError?
    let values = [Float](unsafeUninitializedCapacity: range.count) { buffer, initialized in
      initialized = range.count
      do throws(FormatError) {
        try copy(range, of: type, from: first, to: buffer)
      } catch {
        buffer.initialize(repeating: 0)
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }

  private func copy(
    _ range: Range<Int>, of type: ElementType, from first: Int,
    to output: UnsafeMutableBufferPointer<Float>
  ) throws(FormatError) {
    guard let base = output.baseAddress, !range.isEmpty else { return }
    if type == .float32 {
      let bytes = first + 4 * range.lowerBound..<first + 4 * range.upperBound
      return try file.copy(bytes, to: UnsafeMutableRawPointer(base))
    }
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: min(range.count, 1 << 18) * type.size, alignment: 16)
    defer { raw.deallocate() }
    for piece in SafeTensors.pieces(of: range.count) {
      let start = first + type.size * (range.lowerBound + piece.lowerBound)
      try file.copy(start..<start + type.size * piece.count, to: raw)
      type.convert(
        raw, to: UnsafeMutableBufferPointer(start: base + piece.lowerBound, count: piece.count))
    }
  }

  /// An array of 64-bit floating point numbers, exactly.
  package func doubles(_ name: String) throws(FormatError) -> (shape: [Int], values: [Double]) {
    let (shape, bits) = try words(name, .float64)
    return (shape, bits.map { Double(bitPattern: $0) })
  }

  /// An array of 64-bit integers, exactly.
  package func integers(_ name: String) throws(FormatError) -> (shape: [Int], values: [Int64]) {
    let (shape, bits) = try words(name, .int64)
    return (shape, bits.map { Int64(bitPattern: $0) })
  }

  private func words(
    _ name: String, _ type: ElementType
  ) throws(FormatError) -> (shape: [Int], bits: [UInt64]) {
    let (entry, start) = try find(name)
    guard entry.type == type else {
      throw FormatError(path, "`\(name)` is \(entry.typeName), \(type.rawValue) is needed")
    }
    let count = entry.range.count / 8
    guard count > 0, let start else { return (entry.shape, []) }
    return (
      entry.shape,
      (0..<count).map { UInt64(littleEndian: (start + $0 * 8).loadUnaligned(as: UInt64.self)) }
    )
  }
}
