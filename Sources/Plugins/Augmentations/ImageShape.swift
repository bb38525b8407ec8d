import EspalierProtocols

/// The extents of an image sample: [channel, row, column], or [row, column] of a single channel.
package struct ImageShape {
  let channels: Int
  let rows: Int
  let columns: Int
  /// Pixels of a channel.
  var plane: Int { rows * columns }
  /// Numbers of the image.
  var count: Int { channels * rows * columns }

  /// `nil` for a sample that is no image.
  package init?(_ shape: Shape) {
    guard shape.rank == 2 || shape.rank == 3 else { return nil }
    channels = shape.rank == 3 ? shape[0] : 1
    rows = shape[-2]
    columns = shape[-1]
  }

  /// - Throws: ``PluginError`` for a sample that is no image.
  static func check(_ shape: Shape, _ plugin: String) throws {
    guard ImageShape(shape) == nil else { return }
    throw PluginError(
      "\(plugin) changes images [channel, row, column], the samples have shape \(shape); a table of "
        + "pixels becomes images by the source's `shape`")
  }
}
