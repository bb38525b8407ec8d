/// Brings a text to UTF-8, as the first bytes of a YAML text tell which encoding it has.
enum Encoding {
  /// The text in UTF-8; a byte order mark of UTF-8 stays, to keep the offsets.
  static func utf8(_ bytes: [UInt8], name: String) throws(YAMLError) -> [UInt8] {
    func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
    switch (at(0), at(1), at(2), at(3)) {
    case (0x00, 0x00, 0xFE, 0xFF): return try from32(bytes, from: 4, bigEndian: true, name: name)
    case (0x00, 0x00, 0x00, .some): return try from32(bytes, from: 0, bigEndian: true, name: name)
    case (0xFF, 0xFE, 0x00, 0x00): return try from32(bytes, from: 4, bigEndian: false, name: name)
    case (.some(1...), 0x00, 0x00, 0x00):
      return try from32(bytes, from: 0, bigEndian: false, name: name)
    case (0xFE, 0xFF, _, _): return try from16(bytes, from: 2, bigEndian: true, name: name)
    case (0x00, .some(1...), _, _): return try from16(bytes, from: 0, bigEndian: true, name: name)
    case (0xFF, 0xFE, _, _): return try from16(bytes, from: 2, bigEndian: false, name: name)
    case (.some(1...), 0x00, _, _): return try from16(bytes, from: 0, bigEndian: false, name: name)
    default: return bytes
    }
  }

  private static func from16(
    _ bytes: [UInt8], from start: Int, bigEndian: Bool, name: String
  ) throws(YAMLError) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var index = start
    while index + 1 < bytes.count {
      let first = UInt16(bytes[index])
      let second = UInt16(bytes[index + 1])
      units.append(bigEndian ? first << 8 | second : second << 8 | first)
      index += 2
    }
    guard index == bytes.count else { throw cut("UTF-16", at: index, name: name) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var decoder = UTF16()
    var iterator = units.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): result.append(contentsOf: UTF8.encode(scalar) ?? .init())
      case .emptyInput: return result
      case .error: throw cut("UTF-16", at: result.count, name: name)
      }
    }
  }

  private static func from32(
    _ bytes: [UInt8], from start: Int, bigEndian: Bool, name: String
  ) throws(YAMLError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 2)
    var index = start
    while index + 3 < bytes.count {
      var value: UInt32 = 0
      for place in 0..<4 {
        value = value << 8 | UInt32(bytes[index + (bigEndian ? place : 3 - place)])
      }
      guard let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else {
        throw cut("UTF-32", at: index, name: name)
      }
      result.append(contentsOf: encoded)
      index += 4
    }
    guard index == bytes.count else { throw cut("UTF-32", at: index, name: name) }
    return result
  }

  private static func cut(_ encoding: String, at offset: Int, name: String) -> YAMLError {
    YAMLError(
      "the text looks like \(encoding) but is damaged", name: name,
      position: SourcePosition(line: 1, column: 1, offset: offset), hint: "save it as UTF-8")
  }
}
