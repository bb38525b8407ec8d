import EspalierProtocols

/// A sample as an image of bytes, its least number black and its greatest white.
struct PNGImage {
  let height: Int
  let width: Int
  /// 1 for gray, 3 for red, green and blue.
  let channels: Int
  /// Row by row, the channels of a pixel together.
  private let pixels: [UInt8]

  /// - Parameter shape: [channel, row, column] of one or three channels, or [row, column].
  /// - Returns: `nil` for samples that are no images.
  init?(_ values: UnsafeBufferPointer<Float>, _ shape: Shape) {
    guard Self.fits(shape), values.count == shape.count else { return nil }
    channels = shape.rank == 3 ? shape[0] : 1
    height = shape[-2]
    width = shape[-1]
    var (low, high) = (Float.infinity, -Float.infinity)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    let range = high > low ? high - low : 1
    let (channels, count) = (channels, height * width)
    pixels = (0..<channels * count).map { place in
      let value = values[place % channels * count + place / channels]
      // What is no number is black.
      guard value.isFinite else { return 0 }
      return UInt8(max(0, min(255, ((value - low) / range * 255).rounded())))
    }
  }

  static func fits(_ shape: Shape) -> Bool {
    shape.rank == 2 || shape.rank == 3 && (shape[0] == 1 || shape[0] == 3)
  }

  /// The file: one chunk of pixels that are stored, not packed.
  var encoded: [UInt8] {
    var header: [UInt8] = Self.bytes(UInt32(width)) + Self.bytes(UInt32(height))
    header += [8, channels == 3 ? 2 : 0, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
      + Self.chunk("IDAT", stored) + Self.chunk("IEND", [])
  }

  private var stored: [UInt8] {
    // Before each row stands how it was filtered: not at all.
    let row = width * channels
    let lines = (0..<height).flatMap { [0] + pixels[$0 * row..<($0 + 1) * row] }
    var result: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + 0xFFFF, lines.count)
      let count = UInt16(end - start)
      result.append(end == lines.count ? 1 : 0)
      for number in [count, ~count] {
        result += [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]
      }
      result += lines[start..<end]
      start = end
    } while start < lines.count
    // The checksum of Adler (1995).
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in lines {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return result + Self.bytes(b << 16 | a)
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return bytes(UInt32(content.count)) + body + bytes(CyclicChecksum.png.of(body))
  }

  /// The greatest byte first.
  private static func bytes(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
