import EspalierFormats
import EspalierProtocols
import Foundation

/// Samples that are pictures, as the source gives them: [channel, row, column].
struct SampleImage {
  private let channels: Int
  private let height: Int
  private let width: Int
  /// What is black and what is white.
  private let black: Float
  private let white: Float

  /// A larger picture is made smaller, so that pages stay small.
  static let largestSide = 64

  /// - Parameter samples: those to be shown, from which the range of values is taken: 0 to 1, 0 to 255, or
  ///   what there is.
  /// - Returns: `nil` for samples that are no pictures.
  init?(_ shape: Shape, showing samples: [[Float]]) {
    let sides = shape.dimensions
    guard sides.count == 3, sides[0] == 1 || sides[0] == 3, sides[1] > 1, sides[2] > 1,
      !samples.isEmpty, samples.allSatisfy({ $0.count == shape.count })
    else { return nil }
    (channels, height, width) = (sides[0], sides[1], sides[2])
    var low = Float.infinity
    var high = -Float.infinity
    for sample in samples {
      for value in sample where value.isFinite {
        low = min(low, value)
        high = max(high, value)
      }
    }
    guard low <= high else { return nil }
    if low >= 0, high <= 1 {
      (black, white) = (0, 1)
    } else if low >= 0, high <= 255, high > 64 {
      (black, white) = (0, 255)
    } else {
      (black, white) = (low, high > low ? high : low + 1)
    }
  }

  func picture(_ sample: [Float]) -> Image {
    let scale = max(1, (max(height, width) + Self.largestSide - 1) / Self.largestSide)
    let (rows, columns) = (max(1, height / scale), max(1, width / scale))
    var pixels: [UInt8] = []
    pixels.reserveCapacity(rows * columns * channels)
    for row in 0..<rows {
      for column in 0..<columns {
        for channel in 0..<channels {
          pixels.append(level(mean(sample, channel, row * scale, column * scale, scale)))
        }
      }
    }
    return Image(width: columns, height: rows, channels: channels, bytes: pixels)
  }

  /// The mean of a square of pixels.
  private func mean(
    _ sample: [Float], _ channel: Int, _ row: Int, _ column: Int, _ size: Int
  ) -> Float {
    var sum: Float = 0
    var count: Float = 0
    for y in row..<min(row + size, height) {
      for x in column..<min(column + size, width) {
        sum += sample[(channel * height + y) * width + x]
        count += 1
      }
    }
    return sum / max(count, 1)
  }

  private func level(_ value: Float) -> UInt8 {
    guard value.isFinite else { return 0 }
    return UInt8(min(max((value - black) / (white - black), 0), 1) * 255 + 0.5)
  }
}

extension Image {
  /// Its PNG file within an address, as `src` of an image takes it.
  var address: String { "data:image/png;base64," + Data(PNG.file(of: self)).base64EncodedString() }
}
