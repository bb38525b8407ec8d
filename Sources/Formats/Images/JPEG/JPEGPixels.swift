/// What three components are.
enum JPEGColours {
  /// Brightness, and how far it is to blue and red.
  case luminance
  /// Red, green, blue.
  case direct
}

/// Joins planes of samples to pixels.
struct JPEGPixels {
  private let frame: JPEGFrame
  private let rows: [UpsampledRows]

  init(_ frame: JPEGFrame, _ planes: [JPEGPlane]) {
    self.frame = frame
    rows = planes.map { UpsampledRows($0, frame) }
  }

  func image(colours: JPEGColours) -> Image {
    let (width, height, channels) = (frame.width, frame.height, rows.count)
    let bytes = [UInt8](
      unsafeUninitializedCapacity: width * height * channels
    ) { output, initialized in
      let start = output.baseAddress!
      for y in 0..<height {
        let row = start + y * width * channels
        if channels == 1 {
          row.update(from: rows[0].row(y), count: width)
          continue
        }
        let (first, second, third) = (rows[0].row(y), rows[1].row(y), rows[2].row(y))
        switch colours {
        case .luminance: Self.convert(first, second, third, to: row, count: width)
        case .direct:
          for x in 0..<width {
            row[3 * x] = first[x]
            row[3 * x + 1] = second[x]
            row[3 * x + 2] = third[x]
          }
        }
      }
      initialized = width * height * channels
    }
    return Image(width: width, height: height, channels: channels, bytes: bytes)
  }

  /// r = y + 1.402 (cr − 128), g = y − 0.34414 (cb − 128) − 0.71414 (cr − 128), b = y + 1.772 (cb − 128), each
  /// rounded from 16 bits behind the point.
  private static func convert(
    _ y: UnsafePointer<UInt8>, _ cb: UnsafePointer<UInt8>, _ cr: UnsafePointer<UInt8>,
    to output: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    let half: Int32 = 1 << 15
    for x in 0..<count {
      let brightness = Int32(y[x])
      let (blue, red) = (Int32(cb[x]) - 128, Int32(cr[x]) - 128)
      let pixel = output + 3 * x
      pixel[0] = JPEGTransform.pixel(brightness &+ (91881 &* red &+ half) >> 16)
      pixel[1] = JPEGTransform.pixel(
        brightness &+ (-22554 &* blue &- 46802 &* red &+ half) >> 16)
      pixel[2] = JPEGTransform.pixel(brightness &+ (116130 &* blue &+ half) >> 16)
    }
  }
}

/// The rows of a component, brought to the image's size.
private final class UpsampledRows {
  private let plane: JPEGPlane
  private let columns: Int
  private let rows: Int
  /// Whether samples between two are mixed from both, three parts of the nearer one and one of the other.
  private let isSmooth: Bool
  private let buffer: UnsafeMutablePointer<UInt8>
  /// Three parts of the nearer row and one of the other.
  private let sums: UnsafeMutablePointer<Int32>

  init(_ plane: JPEGPlane, _ frame: JPEGFrame) {
    self.plane = plane
    let component = plane.component
    columns = frame.columns / component.columns
    rows = frame.rows / component.rows
    isSmooth =
      columns == 1 && rows == 2 || columns == 2 && rows <= 2 && component.width > 2
    buffer = .allocate(capacity: component.width * columns)
    sums = .allocate(capacity: component.width)
  }

  deinit {
    buffer.deallocate()
    sums.deallocate()
  }

  private func samples(_ row: Int) -> UnsafeMutablePointer<UInt8> {
    plane.samples + max(0, min(plane.component.height - 1, row)) * plane.stride
  }

  /// Row of the image; valid until the next one is asked for.
  func row(_ y: Int) -> UnsafePointer<UInt8> {
    let near = samples(y / rows)
    if columns == 1, rows == 1 { return UnsafePointer(near) }
    let width = plane.component.width
    guard isSmooth else {
      for x in 0..<width * columns { buffer[x] = near[x / columns] }
      return UnsafePointer(buffer)
    }
    if rows == 1 {
      widen(near, width)
      return UnsafePointer(buffer)
    }
    // The upper of two rows looks up, the lower one down.
    let far = samples(y / 2 + (y % 2 == 0 ? -1 : 1))
    if columns == 1 {
      let half: Int32 = y % 2 == 0 ? 1 : 2
      for x in 0..<width {
        buffer[x] = UInt8(truncatingIfNeeded: (3 * Int32(near[x]) + Int32(far[x]) + half) >> 2)
      }
      return UnsafePointer(buffer)
    }
    for x in 0..<width { sums[x] = 3 * Int32(near[x]) + Int32(far[x]) }
    widenSums(width)
    return UnsafePointer(buffer)
  }

  private func widen(_ input: UnsafeMutablePointer<UInt8>, _ width: Int) {
    buffer[0] = input[0]
    for x in 0..<width - 1 {
      let (left, right) = (Int32(input[x]), Int32(input[x + 1]))
      buffer[2 * x + 1] = UInt8(truncatingIfNeeded: (3 * left + right + 2) >> 2)
      buffer[2 * x + 2] = UInt8(truncatingIfNeeded: (3 * right + left + 1) >> 2)
    }
    buffer[2 * width - 1] = input[width - 1]
  }

  private func widenSums(_ width: Int) {
    buffer[0] = UInt8(truncatingIfNeeded: (4 * sums[0] + 8) >> 4)
    for x in 0..<width - 1 {
      let (left, right) = (sums[x], sums[x + 1])
      buffer[2 * x + 1] = UInt8(truncatingIfNeeded: (3 * left + right + 7) >> 4)
      buffer[2 * x + 2] = UInt8(truncatingIfNeeded: (3 * right + left + 8) >> 4)
    }
    buffer[2 * width - 1] = UInt8(truncatingIfNeeded: (4 * sums[width - 1] + 7) >> 4)
  }
}
