/// How stored pixels are to be turned for looking at: the tag of EXIF of that name.
package enum Orientation: Int, Sendable, Hashable {
  case upright = 1
  case mirrored, upsideDown, flipped, transposed, quarterRight, transversed, quarterLeft

  /// Whether width and height change places.
  package var exchangesSides: Bool { rawValue >= Self.transposed.rawValue }

  /// The tag in EXIF data (a TIFF file without pixels); upright where it is missing or is none of its values.
  init(exif bytes: UnsafeRawBufferPointer) {
    self = Self.tag(bytes).flatMap(Orientation.init) ?? .upright
  }

  private static func tag(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= 8 else { return nil }
    let isBig = bytes[0] == UInt8(ascii: "M")
    func number16(_ place: Int) -> Int {
      isBig ? bytes.big16(place) : Int(bytes[place]) | Int(bytes[place + 1]) << 8
    }
    func number32(_ place: Int) -> Int {
      isBig ? bytes.big32(place) : number16(place) | number16(place + 2) << 16
    }
    guard bytes[0] == bytes[1], isBig || bytes[0] == UInt8(ascii: "I"), number16(2) == 42 else {
      return nil
    }
    let start = number32(4)
    guard start <= bytes.count - 2 else { return nil }
    for entry in 0..<number16(start) {
      let place = start + 2 + 12 * entry
      guard place + 12 <= bytes.count else { return nil }
      // A single number of 16 bits.
      if number16(place) == 0x0112, number16(place + 2) == 3, number32(place + 4) == 1 {
        return number16(place + 8)
      }
    }
    return nil
  }
}

extension Image {
  /// The image turned for looking at.
  package func turned(_ orientation: Orientation) -> Image {
    guard orientation != .upright else { return self }
    let (width, height) =
      orientation.exchangesSides ? (self.height, self.width) : (self.width, self.height)
    let (right, bottom) = (self.width - 1, self.height - 1)
    let result = [UInt8](unsafeUninitializedCapacity: bytes.count) { output, initialized in
      bytes.withUnsafeBufferPointer { input in
        var place = 0
        for y in 0..<height {
          for x in 0..<width {
            let (column, row) =
              switch orientation {
              case .upright: (x, y)
              case .mirrored: (right - x, y)
              case .upsideDown: (right - x, bottom - y)
              case .flipped: (x, bottom - y)
              case .transposed: (y, x)
              case .quarterRight: (y, bottom - x)
              case .transversed: (right - y, bottom - x)
              case .quarterLeft: (right - y, x)
              }
            let from = (row * self.width + column) * channels
            for channel in 0..<channels { output[place + channel] = input[from + channel] }
            place += channels
          }
        }
      }
      initialized = bytes.count
    }
    return Image(width: width, height: height, channels: channels, bytes: result)
  }
}
