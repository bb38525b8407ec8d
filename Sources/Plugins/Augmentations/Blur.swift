import EspalierProtocols

/// The mean of each pixel's surroundings, weighted by e^(−d²/2σ²), σ drawn from minimum … maximum.
///
/// Along rows and along columns, up to 3σ away; beyond the border stands the image mirrored without
/// repeating its border. Images [channel, row, column]; shape unchanged.
public struct Blur: Augmentation {
  public static let manifest = Manifest(
    "blur",
    "Σ e^(−d²/2σ²)·x at distances d, weights adding up to 1, σ drawn: an image out of focus",
    aliases: ["gaussian_blur"], sample: "{blur: {maximum: 1}}")

  @Parameter("smallest σ", in: 0...50, unit: "pixels") public var minimum: Float = 0.1
  @Parameter("largest σ", in: 0...50, unit: "pixels") public var maximum: Float = 2
  @Parameter("share of samples that are changed", in: 0...1) public var probability: Float = 1

  public init() {}
  public init(minimum: Float, maximum: Float, probability: Float = 1) {
    self.minimum = minimum
    self.maximum = maximum
    self.probability = probability
  }

  public func validate() throws {
    guard minimum <= maximum else {
      throw PluginError(
        "the smallest σ \(minimum) is above the largest, \(maximum)", parameter: "minimum")
    }
  }

  public func check(_ shape: Shape) throws { try ImageShape.check(shape, pluginName) }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape), probability == 1 || random.uniform() < probability
    else { return }
    smooth(sample, image, scratch, sigma: random.between(minimum, maximum))
  }

  package func smooth(
    _ sample: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ scratch: UnsafeMutableBufferPointer<Float>, sigma: Float
  ) {
    guard sigma > 0 else { return }
    Self.withWeights(sigma, extent: image.columns) { alongRows(sample, image, $0, into: scratch) }
    Self.withWeights(sigma, extent: image.rows) { alongColumns(scratch, image, $0, into: sample) }
  }

  /// The weights at distances 0, 1, …; the stack has room for them.
  private static func withWeights(
    _ sigma: Float, extent: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let radius = min(Int((3 * sigma).rounded(.up)), extent - 1)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: radius + 1) { weights in
      var sum: Float = 0
      for distance in 0...radius {
        let share = Float(distance) / sigma
        let weight = exponential(-0.5 * share * share)
        weights.initializeElement(at: distance, to: weight)
        sum += distance == 0 ? weight : 2 * weight
      }
      for distance in 0...radius { weights[distance] /= sum }
      body(weights)
    }
  }

  private func alongRows(
    _ x: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ weights: UnsafeMutableBufferPointer<Float>, into y: UnsafeMutableBufferPointer<Float>
  ) {
    let (columns, radius) = (image.columns, weights.count - 1)
    for start in stride(from: 0, to: image.count, by: columns) {
      for place in start..<start + columns { y[place] = weights[0] * x[place] }
      for distance in stride(from: 1, through: radius, by: 1) {
        let weight = weights[distance]
        let inner = min(distance, columns)..<max(columns - distance, min(distance, columns))
        for place in start + inner.lowerBound..<start + inner.upperBound {
          y[place] += weight * (x[place - distance] + x[place + distance])
        }
        func nearBorder(_ column: Int) {
          let before = Self.mirrored(column - distance, columns)
          let after = Self.mirrored(column + distance, columns)
          y[start + column] += weight * (x[start + before] + x[start + after])
        }
        for column in 0..<inner.lowerBound { nearBorder(column) }
        for column in inner.upperBound..<columns { nearBorder(column) }
      }
    }
  }

  private func alongColumns(
    _ x: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ weights: UnsafeMutableBufferPointer<Float>, into y: UnsafeMutableBufferPointer<Float>
  ) {
    let (rows, columns) = (image.rows, image.columns)
    for channel in 0..<image.channels {
      let top = channel * rows
      for row in 0..<rows {
        let target = (top + row) * columns
        for j in 0..<columns { y[target + j] = weights[0] * x[target + j] }
        for distance in stride(from: 1, to: weights.count, by: 1) {
          let weight = weights[distance]
          let above = (top + Self.mirrored(row - distance, rows)) * columns
          let below = (top + Self.mirrored(row + distance, rows)) * columns
          for j in 0..<columns { y[target + j] += weight * (x[above + j] + x[below + j]) }
        }
      }
    }
  }

  /// A place less than an extent beyond the border, mirrored into the image.
  private static func mirrored(_ place: Int, _ extent: Int) -> Int {
    place < 0 ? -place : place < extent ? place : 2 * (extent - 1) - place
  }
}
