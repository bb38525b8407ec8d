/// How the numbers of an array are stored in a file.
package enum ElementType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case uint16 = "U16"
  case int16 = "I16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case uint32 = "U32"
  case int32 = "I32"
  case float32 = "F32"
  case uint64 = "U64"
  case int64 = "I64"
  case float64 = "F64"

  /// Bytes of one element.
  package var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Converts elements to 32-bit floating point numbers, rounding to nearest.
  ///
  /// - Parameters:
  ///   - source: at least output.count × size bytes, of any alignment.
  ///   - bigEndian: the byte order of the source.
  package func convert(
    _ source: UnsafeRawPointer, bigEndian: Bool = false,
    to output: UnsafeMutableBufferPointer<Float>
  ) {
    if self == .float32, !bigEndian, let start = output.baseAddress {
      // All machines that Swift runs on are little-endian.
      UnsafeMutableRawPointer(start).copyMemory(from: source, byteCount: output.count * 4)
      return
    }
    func each<T: FixedWidthInteger>(_ type: T.Type, _ body: (T) -> Float) {
      let size = MemoryLayout<T>.size
      for place in output.indices {
        let raw = (source + place * size).loadUnaligned(as: T.self)
        output[place] = body(bigEndian ? T(bigEndian: raw) : T(littleEndian: raw))
      }
    }
    switch self {
    case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .uint8: each(UInt8.self) { Float($0) }
    case .int8: each(Int8.self) { Float($0) }
    case .uint16: each(UInt16.self) { Float($0) }
    case .int16: each(Int16.self) { Float($0) }
    case .uint32: each(UInt32.self) { Float($0) }
    case .int32: each(Int32.self) { Float($0) }
    case .uint64: each(UInt64.self) { Float($0) }
    case .int64: each(Int64.self) { Float($0) }
    case .float32: each(UInt32.self) { Float(bitPattern: $0) }
    case .float64: each(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float16: each(UInt16.self) { ElementType.half($0) }
    case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    }
  }

  /// The value of an IEEE half-precision number. (`Float16` does not exist on every platform.)
  package static func half(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits) & 0x3FF
    switch exponent {
    case 0:
      let value = Float(fraction) * 0x1p-24
      return sign == 0 ? value : -value
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
