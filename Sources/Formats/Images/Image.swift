/// Pixels with 8 bits a channel.
package struct Image: Sendable, Hashable {
  package let width: Int
  package let height: Int
  /// 1: grey; 2: grey, alpha; 3: red, green, blue; 4: those and alpha.
  package let channels: Int
  /// height × width × channels, row after row.
  package let bytes: [UInt8]

  package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition((1...4).contains(channels) && bytes.count == width * height * channels)
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  /// The image in grey (1) or in colours (3). Alpha is dropped: pixels keep the colours that they have, whatever
  /// was to shine through.
  ///
  /// Grey is 0.299 red + 0.587 green + 0.114 blue, rounded (ITU-R BT.601).
  package func converted(to wanted: Int) -> Image {
    precondition(wanted == 1 || wanted == 3)
    guard wanted != channels else { return self }
    let count = width * height
    let channels = channels
    let converted = [UInt8](unsafeUninitializedCapacity: count * wanted) { output, initialized in
      bytes.withUnsafeBufferPointer { input in
        for pixel in 0..<count {
          let from = pixel * channels
          switch (channels, wanted) {
          case (3..., 1):
            let red = 19595 * Int(input[from])
            let green = 38470 * Int(input[from + 1])
            let blue = 7471 * Int(input[from + 2])
            output[pixel] = UInt8((red + green + blue + 1 << 15) >> 16)
          case (_, 1):
            output[pixel] = input[from]
          default:
            let isGrey = channels < 3
            for part in 0..<3 { output[3 * pixel + part] = input[from + (isGrey ? 0 : part)] }
          }
        }
      }
      initialized = count * wanted
    }
    return Image(width: width, height: height, channels: wanted, bytes: converted)
  }
}

/// What an image file says of itself before its pixels.
package struct ImageHeader: Sendable, Hashable {
  package enum Format: String, Sendable {
    case png = "PNG"
    case jpeg = "JPEG"
    case pnm = "PNM"
  }

  package var format: Format
  /// As the pixels are stored, before they are turned.
  package var width: Int
  package var height: Int
  /// Of the image that is read: 1 to 4, see ``Image/channels``.
  package var channels: Int
  /// How the image is to be turned for looking at.
  package var orientation = Orientation.upright

  /// Whether it has no colours.
  package var isGrey: Bool { channels < 3 }

  /// Pixels that an image may have.
  static let pixelLimit = 1 << 27

  /// - Throws: ``ImageProblem`` for a size that no image has, or that is not read here.
  func check() throws(ImageProblem) {
    guard width > 0, height > 0 else { throw .damaged("it has \(width)×\(height) pixels") }
    guard width <= Self.pixelLimit / height else {
      throw ImageProblem(
        "it has \(width)×\(height) pixels, more than the \(Self.pixelLimit) that are read here")
    }
  }
}

/// Why an image cannot be read.
struct ImageProblem: Error {
  let message: String

  init(_ message: String) { self.message = message }

  /// It is of a kind that is not read here.
  static func unread(_ what: String, _ format: ImageHeader.Format) -> ImageProblem {
    ImageProblem("\(format.rawValue) with \(what) is not read here")
  }
  static func damaged(_ what: String) -> ImageProblem {
    ImageProblem("the image is damaged: \(what)")
  }
  static let cutOff = ImageProblem("the image is cut off")
}
