import Foundation

/// A small picture as a PNG file: 8 bits a channel, stored without compression.
struct PNGImage {
  let width: Int
  let height: Int
  /// 1 for grey, 3 for red, green and blue.
  let channels: Int
  /// height × width × channels.
  let pixels: [UInt8]

  /// The file within an address, as `src` of an image takes it.
  var address: String { "data:image/png;base64," + Data(bytes).base64EncodedString() }

  var bytes: [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity((width * channels + 1) * height)
    for row in 0..<height {
      rows.append(0)  // no filter
      rows += pixels[row * width * channels..<(row + 1) * width * channels]
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header = Self.word(width) + Self.word(height) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
    Self.add("IHDR", header, to: &file)
    Self.add("IDAT", Self.stored(rows), to: &file)
    Self.add("IEND", [], to: &file)
    return file
  }

  private static func add(_ name: String, _ content: [UInt8], to file: inout [UInt8]) {
    let part = Array(name.utf8) + content
    file += word(content.count) + part
    file += word(Int(checksum(part)))
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = ~0
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~value
  }

  /// A zlib stream of stored blocks.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let count = min(bytes.count - start, 0xFFFF)
      let isLast = start + count == bytes.count
      result += [isLast ? 1 : 0, UInt8(count & 0xFF), UInt8(count >> 8)]
      result += [UInt8(~count & 0xFF), UInt8(~count >> 8 & 0xFF)]
      result += bytes[start..<start + count]
      start += count
    } while start < bytes.count
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return result + word(Int(b << 16 | a))
  }

  private static func word(_ value: Int) -> [UInt8] {
    [
      UInt8(value >> 24 & 0xFF), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF),
      UInt8(value & 0xFF),
    ]
  }
}
