extension Image {
  /// The middle of the image in a size, without a change of proportions: so large that it covers the size, and cut
  /// on two sides.
  package func covering(width: Int, height: Int) -> Image {
    var (newWidth, newHeight) = (width, height)
    if isWider(than: width, height) {
      newWidth = max(width, Self.scaled(self.width, height, self.height))
    } else {
      newHeight = max(height, Self.scaled(self.height, width, self.width))
    }
    return resized(
      width: newWidth, height: newHeight,
      window: Window(
        left: (newWidth - width) / 2, top: (newHeight - height) / 2, width: width, height: height))
  }

  /// The whole image in a size, without a change of proportions, in the middle of pixels of one value.
  package func within(width: Int, height: Int, value: UInt8) -> Image {
    var (newWidth, newHeight) = (width, height)
    if isWider(than: width, height) {
      newHeight = max(1, Self.scaled(self.height, width, self.width))
    } else {
      newWidth = max(1, Self.scaled(self.width, height, self.height))
    }
    let inner = resized(width: newWidth, height: newHeight)
    guard (newWidth, newHeight) != (width, height) else { return inner }
    var result = [UInt8](repeating: value, count: width * height * channels)
    let size = newWidth * channels
    for row in 0..<newHeight {
      let start =
        ((row + (height - newHeight) / 2) * width + (width - newWidth) / 2) * channels
      result.replaceSubrange(
        start..<start + size, with: inner.bytes[row * size..<(row + 1) * size])
    }
    return Image(width: width, height: height, channels: channels, bytes: result)
  }

  private func isWider(than width: Int, _ height: Int) -> Bool {
    self.width * height >= self.height * width
  }

  /// length · by / of, rounded.
  private static func scaled(_ length: Int, _ by: Int, _ of: Int) -> Int {
    (2 * length * by + of) / (2 * of)
  }
}
