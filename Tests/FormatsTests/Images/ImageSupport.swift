import Foundation
import Testing

@testable import EspalierFormats

/// The images of Tests/Fixtures/images, and their pixels as Pillow reads them.
enum ImageFixtures {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/images/" + name).path
  }

  private static let archive = Result { try NPZ.read(path("pixels.npz")) }

  /// What Pillow makes of a file, or of a part of the work on it: `pillow.png:8x8`.
  static func pixels(_ name: String) throws -> Image {
    let array = try #require(try archive.get()[name], "no pixels of \(name)")
    return Image(
      width: array.shape[1], height: array.shape[0],
      channels: array.shape.count == 2 ? 1 : array.shape[2],
      bytes: array.values().map { UInt8($0) })
  }

  /// The files with an ending whose pixels are known.
  static func files(_ ending: String) -> [String] {
    ((try? archive.get().names) ?? []).filter { $0.hasSuffix(ending) }
  }

  static let all: [String] = ["png", "jpg", "pbm", "pgm", "ppm"].flatMap { files("." + $0) }
}

/// The image in bytes, and what is said of them.
func decoded(_ bytes: [UInt8]) throws -> (header: ImageHeader, image: Image) {
  try bytes.withUnsafeBytes { bytes in
    (
      try ImageFile.header(of: bytes, named: "picture"),
      try ImageFile.image(of: bytes, named: "picture")
    )
  }
}

/// What is wrong with the image in bytes.
func imageComplaint(_ bytes: [UInt8]) -> String {
  complaint { _ = try decoded(bytes) } ?? "accepted"
}

/// The same file with the checksums of its chunks set right, as far as it has chunks.
func withRightChecksums(_ png: [UInt8]) -> [UInt8] {
  var result = png
  var place = 8
  while place + 12 <= result.count {
    let length = result[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= result.count - place - 12 else { break }
    let sum = result[place + 4..<place + 8 + length].withUnsafeBytes { CRC32.of($0) }
    for part in 0..<4 {
      result[place + 8 + length + part] = UInt8(sum >> UInt32(24 - 8 * part) & 0xFF)
    }
    place += 12 + length
  }
  return result
}

/// Numbers that look random, the same each time.
struct Dice {
  private var state: UInt64
  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next(below bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 33) % bound
  }
}
