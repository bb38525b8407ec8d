import EspalierProtocols

/// Where each place of an image is read from: row = row₀ + i·rowDown + j·rowRight, and so for columns.
struct PlaceMap {
  let row: Float
  let rowDown: Float
  let rowRight: Float
  let column: Float
  let columnDown: Float
  let columnRight: Float

  /// Turned about the centre, counter-clockwise for positive angles, and made larger by a factor.
  init(_ image: ImageShape, degrees: Float = 0, factor: Float = 1) {
    let (sine, cosine) = degrees == 0 ? (0, 1) : sineAndCosine(degrees: degrees)
    rowDown = cosine / factor
    rowRight = sine / factor
    columnDown = -sine / factor
    columnRight = cosine / factor
    let (i, j) = (Float(image.rows - 1) / 2, Float(image.columns - 1) / 2)
    row = i - i * rowDown - j * rowRight
    column = j - i * columnDown - j * columnRight
  }
}

/// A rectangle of whole pixels.
package struct PixelBox {
  package let top: Int
  package let left: Int
  package let height: Int
  package let width: Int

  package init(top: Int, left: Int, height: Int, width: Int) {
    self.top = top
    self.left = left
    self.height = height
    self.width = width
  }
}

extension ImageShape {
  /// y[c, i, j] = x[c] at the place that the map gives, between four pixels in proportion to their
  /// nearness; pixels outside of the image count as `fill`.
  func read(
    _ x: UnsafeMutableBufferPointer<Float>, by map: PlaceMap, fill: Float,
    into y: UnsafeMutableBufferPointer<Float>
  ) {
    let (height, width) = (Float(rows), Float(columns))
    for i in 0..<rows {
      let rowStart = map.row + Float(i) * map.rowDown
      let columnStart = map.column + Float(i) * map.columnDown
      for j in 0..<columns {
        let row = rowStart + Float(j) * map.rowRight
        let column = columnStart + Float(j) * map.columnRight
        var target = i * columns + j
        guard row > -1, row < height, column > -1, column < width else {
          for _ in 0..<channels {
            y[target] = fill
            target += plane
          }
          continue
        }
        // Cut off above zero, where that is rounding down.
        let top = Int(row + 1) - 1
        let left = Int(column + 1) - 1
        let (down, right) = (row - Float(top), column - Float(left))
        var place = top * columns + left
        if top >= 0, left >= 0, top + 1 < rows, left + 1 < columns {
          for _ in 0..<channels {
            let upper = x[place] + right * (x[place + 1] - x[place])
            let next = place + columns
            let lower = x[next] + right * (x[next + 1] - x[next])
            y[target] = upper + down * (lower - upper)
            place += plane
            target += plane
          }
        } else {
          let (isTop, isBottom) = (top >= 0 && top < rows, top + 1 < rows)
          let (isLeft, isRight) = (left >= 0 && left < columns, left + 1 < columns)
          for _ in 0..<channels {
            let a = isTop && isLeft ? x[place] : fill
            let b = isTop && isRight ? x[place + 1] : fill
            let c = isBottom && isLeft ? x[place + columns] : fill
            let d = isBottom && isRight ? x[place + columns + 1] : fill
            let upper = a + right * (b - a)
            y[target] = upper + down * (c + right * (d - c) - upper)
            place += plane
            target += plane
          }
        }
      }
    }
  }

  /// A part of the image in other extents: row i is read at (i + ½)·height / rows − ½, between pixels in
  /// proportion to their nearness, the border's beyond it.
  package func resize(
    _ part: PixelBox, of x: UnsafeMutableBufferPointer<Float>,
    into y: UnsafeMutableBufferPointer<Float>, rows newRows: Int, columns newColumns: Int
  ) {
    let rowStep = Float(part.height) / Float(newRows)
    let columnStep = Float(part.width) / Float(newColumns)
    for i in 0..<newRows {
      let row = max((Float(i) + 0.5) * rowStep - 0.5, 0)
      let top = min(Int(row), part.height - 1)
      let bottom = min(top + 1, part.height - 1)
      let down = row - Float(top)
      let upperStart = (part.top + top) * columns + part.left
      let lowerStart = (part.top + bottom) * columns + part.left
      for j in 0..<newColumns {
        let column = max((Float(j) + 0.5) * columnStep - 0.5, 0)
        let left = min(Int(column), part.width - 1)
        let next = left + 1 < part.width ? 1 : 0
        let right = column - Float(left)
        var (upperPlace, lowerPlace) = (upperStart + left, lowerStart + left)
        var target = i * newColumns + j
        for _ in 0..<channels {
          let upper = x[upperPlace] + right * (x[upperPlace + next] - x[upperPlace])
          let lower = x[lowerPlace] + right * (x[lowerPlace + next] - x[lowerPlace])
          y[target] = upper + down * (lower - upper)
          upperPlace += plane
          lowerPlace += plane
          target += newRows * newColumns
        }
      }
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// The first numbers of another buffer.
  func copy(_ other: UnsafeMutableBufferPointer<Float>, count: Int) {
    guard count > 0, let target = baseAddress, let source = other.baseAddress else { return }
    target.update(from: source, count: count)
  }
}
