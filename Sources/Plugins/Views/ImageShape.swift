import EspalierProtocols

/// The extents of an image sample: [channel, row, column], or [row, column] of a single channel.
struct ImageShape {
  let channels: Int
  let rows: Int
  let columns: Int

  /// - Throws: ``PluginError`` for a sample that is no image.
  init(_ shape: Shape, of plugin: String) throws {
    guard shape.rank == 2 || shape.rank == 3 else {
      throw PluginError(
        "\(plugin) shows images [channel, row, column], the samples have shape \(shape); a table of "
          + "pixels becomes images by the source's `shape`")
    }
    self.init(image: shape)
  }

  /// The extents of a sample that was checked to be an image.
  init(image shape: Shape) {
    channels = shape.rank == 3 ? shape[0] : 1
    rows = shape[-2]
    columns = shape[-1]
  }

  /// y[c, i, j] = x[c, i + down, j + right], mirrored before if wanted; zero outside of the image.
  func show(
    _ x: UnsafeBufferPointer<Float>, down: Int, right: Int, mirrors: (rows: Bool, columns: Bool),
    to y: UnsafeMutableBufferPointer<Float>
  ) {
    for channel in 0..<channels {
      for row in 0..<rows {
        var from = row + down
        let isInside = from >= 0 && from < rows
        if mirrors.rows { from = rows - 1 - from }
        for column in 0..<columns {
          var at = column + right
          let place = (channel * rows + row) * columns + column
          guard isInside, at >= 0, at < columns else {
            y[place] = 0
            continue
          }
          if mirrors.columns { at = columns - 1 - at }
          y[place] = x[(channel * rows + from) * columns + at]
        }
      }
    }
  }
}
