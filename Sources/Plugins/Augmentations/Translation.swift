import EspalierProtocols

/// Moves an image by a part of its extents, drawn from −vertical … vertical and −horizontal … horizontal.
///
/// y[c, i, j] = x[c, i − a, j − b], between four pixels where a or b is no whole number; outside of the
/// image stands `fill`. Images [channel, row, column]; shape unchanged.
public struct Translation: Augmentation {
  public static let manifest = Manifest(
    "translation",
    "y[i, j] = x[i − a, j − b], a and b drawn: an image moved by part of its extents",
    paper: "Simard, Steinkraus and Platt, 2003",
    sample: "{translation: {vertical: 0.1, horizontal: 0.2}}")

  @Parameter("largest move up or down, as a share of the height", in: 0...1)
  public var vertical: Float = 0.1
  @Parameter("largest move to the left or right, as a share of the width", in: 0...1)
  public var horizontal: Float = 0.1
  @Parameter("what stands outside of the image") public var fill: Float = 0

  public init() {}
  public init(vertical: Float, horizontal: Float, fill: Float = 0) {
    self.vertical = vertical
    self.horizontal = horizontal
    self.fill = fill
  }

  public func check(_ shape: Shape) throws { try ImageShape.check(shape, pluginName) }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape) else { return }
    let down = random.between(-vertical, vertical) * Float(image.rows)
    let right = random.between(-horizontal, horizontal) * Float(image.columns)
    move(sample, image, scratch, down: down, right: right)
  }

  /// Along rows into the scratch memory, then along columns back: two passes over whole rows.
  package func move(
    _ sample: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ scratch: UnsafeMutableBufferPointer<Float>, down: Float, right: Float
  ) {
    let (rows, columns) = (image.rows, image.columns)
    // x[j − right] lies between x[j + first] and x[j + first + 1].
    let first = Int((-right).rounded(.down))
    let share = -right - Float(first)
    let inner = min(max(-first, 0), columns)..<max(min(columns - 1 - first, columns), 0)
    for row in 0..<image.channels * rows {
      let start = row * columns
      func pixel(_ column: Int) -> Float {
        column >= 0 && column < columns ? sample[start + column] : fill
      }
      func cross(_ column: Int) {
        let a = pixel(column + first)
        scratch[start + column] = a + share * (pixel(column + first + 1) - a)
      }
      for column in 0..<inner.lowerBound { cross(column) }
      for column in inner.upperBound..<columns { cross(column) }
      for place in start + inner.lowerBound..<start + inner.upperBound {
        let a = sample[place + first]
        scratch[place] = a + share * (sample[place + first + 1] - a)
      }
    }
    let above = Int((-down).rounded(.down))
    let part = -down - Float(above)
    for channel in 0..<image.channels {
      for row in 0..<rows {
        let (upper, lower) = (row + above, row + above + 1)
        let target = (channel * rows + row) * columns
        let (isUpper, isLower) = (upper >= 0 && upper < rows, lower >= 0 && lower < rows)
        let a = (channel * rows + (isUpper ? upper : 0)) * columns
        let b = (channel * rows + (isLower ? lower : 0)) * columns
        switch (isUpper, isLower) {
        case (true, true):
          for j in 0..<columns {
            let value = scratch[a + j]
            sample[target + j] = value + part * (scratch[b + j] - value)
          }
        case (true, false):
          for j in 0..<columns {
            let value = scratch[a + j]
            sample[target + j] = value + part * (fill - value)
          }
        case (false, true):
          for j in 0..<columns { sample[target + j] = fill + part * (scratch[b + j] - fill) }
        case (false, false):
          for j in 0..<columns { sample[target + j] = fill }
        }
      }
    }
  }
}
