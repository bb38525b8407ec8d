extension Image {
  /// A rectangle of an image.
  package struct Window: Sendable, Hashable {
    package var left: Int
    package var top: Int
    package var width: Int
    package var height: Int

    package init(left: Int, top: Int, width: Int, height: Int) {
      self.left = left
      self.top = top
      self.width = width
      self.height = height
    }
  }

  /// The image in another size, or a part of it, by a triangle filter that is widened when the image shrinks, so
  /// that every pixel counts; first along rows, then along columns.
  ///
  /// What `resize` with `BILINEAR` does in Pillow, to the bit where that begins with rows too, else to 1.
  ///
  /// - Parameters:
  ///   - width: columns of the whole image's new size.
  ///   - height: rows of it.
  ///   - window: the part of the new image that is wanted; all of it unless given.
  package func resized(width: Int, height: Int, window: Window? = nil) -> Image {
    let window = window ?? Window(left: 0, top: 0, width: width, height: height)
    precondition(
      window.left >= 0 && window.top >= 0 && window.width > 0 && window.height > 0
        && window.left + window.width <= width && window.top + window.height <= height)
    let across =
      width == self.width
      ? nil
      : ResizingWeights(
        from: self.width, to: width, window.left..<window.left + window.width)
    let down =
      height == self.height
      ? nil
      : ResizingWeights(
        from: self.height, to: height, window.top..<window.top + window.height)
    // The rows that the second pass looks at.
    let needed = down?.span ?? window.top..<window.top + window.height
    let middle = bytes.withUnsafeBufferPointer { input in
      [UInt8](
        unsafeUninitializedCapacity: needed.count * window.width * channels
      ) { output, initialized in
        for row in needed {
          Self.shrinkRow(
            input.baseAddress! + row * self.width * channels, across, window, channels,
            to: output.baseAddress! + (row - needed.lowerBound) * window.width * channels)
        }
        initialized = needed.count * window.width * channels
      }
    }
    guard let down else {
      return Image(
        width: window.width, height: window.height, channels: channels, bytes: middle)
    }
    let size = window.width * channels
    let result = middle.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: size * window.height) { output, initialized in
        let sums = UnsafeMutablePointer<Int32>.allocate(capacity: size)
        defer { sums.deallocate() }
        for row in 0..<window.height {
          sums.update(repeating: ResizingWeights.half, count: size)
          for place in 0..<down.count(row) {
            let weight = down.weights[row * down.width + place]
            let line = input.baseAddress! + (down.starts[row] + place - needed.lowerBound) * size
            for x in 0..<size { sums[x] &+= Int32(line[x]) &* weight }
          }
          let line = output.baseAddress! + row * size
          for x in 0..<size { line[x] = ResizingWeights.byte(sums[x]) }
        }
        initialized = size * window.height
      }
    }
    return Image(width: window.width, height: window.height, channels: channels, bytes: result)
  }

  private static func shrinkRow(
    _ input: UnsafePointer<UInt8>, _ across: ResizingWeights?, _ window: Window, _ channels: Int,
    to output: UnsafeMutablePointer<UInt8>
  ) {
    guard let across else {
      output.update(from: input + window.left * channels, count: window.width * channels)
      return
    }
    across.weights.withUnsafeBufferPointer { weights in
      for column in 0..<window.width {
        let pixels = input + across.starts[column] * channels
        let own = weights.baseAddress! + column * across.width
        for channel in 0..<channels {
          var sum = ResizingWeights.half
          for place in 0..<across.count(column) {
            sum &+= Int32(pixels[place * channels + channel]) &* own[place]
          }
          output[column * channels + channel] = ResizingWeights.byte(sum)
        }
      }
    }
  }
}

/// Along one axis, what each new pixel takes of which old ones; a weight of 1 is 2²².
private struct ResizingWeights {
  private static let bits: Int32 = 22
  static let half: Int32 = 1 << (bits - 1)
  /// Weights a pixel has room for.
  let width: Int
  /// The first old pixel of each new one, from the first that is wanted on.
  private(set) var starts: [Int] = []
  private var ends: [Int] = []
  private(set) var weights: [Int32] = []

  static func byte(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, sum >> bits)))
  }

  func count(_ pixel: Int) -> Int { ends[pixel] - starts[pixel] }

  /// All old pixels that any of them looks at.
  var span: Range<Int> { starts[0]..<ends[ends.count - 1] }

  /// - Parameter pixels: the new ones that are wanted.
  init(from old: Int, to new: Int, _ pixels: Range<Int>) {
    let scale = Double(old) / Double(new)
    let support = max(scale, 1)
    width = 2 * Int(support.rounded(.up)) + 1
    for pixel in pixels {
      let centre = (Double(pixel) + 0.5) * scale
      let start = max(Int(centre - support + 0.5), 0)
      let end = min(Int(centre + support + 0.5), old)
      var shares = (start..<end).map { place in
        max(0, 1 - abs((Double(place) - centre + 0.5) * (1 / support)))
      }
      let total = shares.reduce(0, +)
      if total != 0 { for place in shares.indices { shares[place] *= 1 / total } }
      starts.append(start)
      ends.append(end)
      for place in 0..<width {
        weights.append(
          place < shares.count
            ? Int32(shares[place] * Double(1 << Self.bits) + 0.5) : 0)
      }
    }
  }
}
