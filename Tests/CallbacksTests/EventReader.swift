import Foundation
import Testing

/// Reads event files by the formats' definitions, for what the tests say of them.
struct RecordedEvent {
  var wallTime: Double
  var step: Int
  var version: String?
  var sessionStatus: Int?
  var values: [Fields]

  /// Fields of a message by number.
  struct Fields {
    enum Value {
      case number(UInt64)
      case double(Double)
      case float(Float)
      case bytes([UInt8])
    }
    private var values: [Int: [Value]] = [:]

    init(_ bytes: [UInt8]) throws {
      var rest = bytes[...]
      func number() throws -> UInt64 {
        var (result, shift): (UInt64, UInt64) = (0, 0)
        while true {
          let byte = try #require(rest.first)
          rest = rest.dropFirst()
          result |= UInt64(byte & 0x7F) << shift
          shift += 7
          if byte < 0x80 { return result }
        }
      }
      func take(_ count: Int) throws -> [UInt8] {
        try #require(rest.count >= count)
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
      }
      while !rest.isEmpty {
        let key = try number()
        let value: Value
        switch key & 7 {
        case 0: value = .number(try number())
        case 1: value = .double(Double(bitPattern: UInt64(littleEndian: try Self.load(take(8)))))
        case 2: value = .bytes(try take(Int(number())))
        default:
          try #require(key & 7 == 5)
          value = .float(Float(bitPattern: UInt32(littleEndian: try Self.load(take(4)))))
        }
        values[Int(key >> 3), default: []].append(value)
      }
    }

    private static func load<Number>(_ bytes: [UInt8]) -> Number {
      bytes.withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
    }

    func number(_ field: Int) -> Int? {
      if case .number(let bits)? = values[field]?.first {
        Int(Int64(bitPattern: bits))
      } else {
        nil
      }
    }
    func double(_ field: Int) -> Double? {
      if case .double(let value)? = values[field]?.first { value } else { nil }
    }
    func float(_ field: Int) -> Float? {
      if case .float(let value)? = values[field]?.first { value } else { nil }
    }
    func bytes(_ field: Int) -> [UInt8]? {
      if case .bytes(let bytes)? = values[field]?.first { bytes } else { nil }
    }
    func text(_ field: Int) -> String? {
      bytes(field).map { String(decoding: $0, as: UTF8.self) }
    }
    func message(_ field: Int) throws -> Fields? { try bytes(field).map(Fields.init) }
    func messages(_ field: Int) throws -> [Fields] {
      try (values[field] ?? []).compactMap { value in
        if case .bytes(let bytes) = value { try Fields(bytes) } else { nil }
      }
    }
    func doubles(_ field: Int) -> [Double] {
      let bytes = bytes(field) ?? []
      return stride(from: 0, to: bytes.count, by: 8).map { place in
        Double(bitPattern: UInt64(littleEndian: Self.load(Array(bytes[place..<place + 8]))))
      }
    }
  }

  /// The events of a file, whose checksums must all be right.
  static func all(in path: String) throws -> [RecordedEvent] {
    var rest = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))[...]
    func take(_ count: Int) throws -> [UInt8] {
      try #require(rest.count >= count, "the file ends within a record")
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    func little(_ bytes: [UInt8]) -> UInt64 {
      bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    var events: [RecordedEvent] = []
    while !rest.isEmpty {
      let length = try take(8)
      try #require(little(try take(4)) == UInt64(masked(checksum(length, 0x82F6_3B78))))
      let content = try take(Int(little(length)))
      try #require(little(try take(4)) == UInt64(masked(checksum(content, 0x82F6_3B78))))
      let fields = try Fields(content)
      events.append(
        RecordedEvent(
          wallTime: fields.double(1) ?? 0, step: fields.number(2) ?? 0, version: fields.text(3),
          sessionStatus: try fields.message(7)?.number(1),
          values: try fields.message(5)?.messages(1) ?? []))
    }
    return events
  }

  /// Bit by bit, by the definition.
  static func checksum(_ bytes: some Sequence<UInt8>, _ polynomial: UInt32) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
    }
    return ~value
  }

  private static func masked(_ sum: UInt32) -> UInt32 { (sum >> 15 | sum << 17) &+ 0xA282_EAD8 }
}
