import EspalierProtocols

/// Changes brightness, contrast, saturation and hue by random amounts, in random order.
///
/// With a factor f drawn from max(0, 1 − a) … 1 + a, a the parameter of its name, and black = 0:
///
///     brightness  f·x
///     contrast    f·x + (1 − f)·mean of gray
///     saturation  f·x + (1 − f)·gray,   gray = 0.2989 r + 0.587 g + 0.114 b
///     hue         turned by a part of the circle, drawn from −a … a
///
/// The results are kept between `low` and `high`, what black and white are in the data: set them where
/// pixels are not 0 to 1, as after `standardize`. Saturation and hue need three channels, red, green and
/// blue. Images [channel, row, column]; shape unchanged.
public struct ColorJitter: Augmentation {
  public static let manifest = Manifest(
    "color_jitter",
    "f·x + (1 − f)·(black, mean gray or gray), f drawn, and hue: other light and colours",
    paper: "Krizhevsky, Sutskever and Hinton, 2012",
    sample: "{color_jitter: {brightness: 0.2, contrast: 0.2}}")

  @Parameter("largest change of brightness's factor", in: 0...10) public var brightness: Float = 0.2
  @Parameter("largest change of contrast's factor", in: 0...10) public var contrast: Float = 0.2
  @Parameter("largest change of saturation's factor", in: 0...10) public var saturation: Float = 0
  @Parameter("largest turn of the hue, as a part of the circle", in: 0...0.5)
  public var hue: Float = 0
  @Parameter("the value of black") public var low: Float = 0
  @Parameter("the value of white") public var high: Float = 1

  public init() {}
  public init(
    brightness: Float = 0, contrast: Float = 0, saturation: Float = 0, hue: Float = 0,
    low: Float = 0, high: Float = 1
  ) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
    self.low = low
    self.high = high
  }

  public func validate() throws {
    guard low < high else {
      throw PluginError("black, \(low), is not below white, \(high)", parameter: "low")
    }
  }

  public func check(_ shape: Shape) throws {
    try ImageShape.check(shape, pluginName)
    let channels = shape.rank == 3 ? shape[0] : 1
    for (name, amount) in [("saturation", saturation), ("hue", hue)]
    where amount > 0 && channels != 3 {
      throw PluginError(
        "\(name) needs red, green and blue; the images have \(channels) "
          + (channels == 1 ? "channel" : "channels"), parameter: name)
    }
  }

  package enum Change { case brightness, contrast, saturation, hue }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape) else { return }
    var changes = (Change.brightness, Change.contrast, Change.saturation, Change.hue)
    withUnsafeMutableBytes(of: &changes) { bytes in
      let order = bytes.bindMemory(to: Change.self)
      for place in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(place, random.integer(below: place + 1))
      }
      for change in order { make(change, sample, image, &random) }
    }
  }

  private func make(
    _ change: Change, _ sample: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ random: inout CounterRandom
  ) {
    let amount = amount(of: change)
    guard amount > 0 else { return }
    let value =
      change == .hue
      ? random.between(-amount, amount) : random.between(max(0, 1 - amount), 1 + amount)
    apply(change, value, to: sample, image)
  }

  private func amount(of change: Change) -> Float {
    switch change {
    case .brightness: brightness
    case .contrast: contrast
    case .saturation: saturation
    case .hue: hue
    }
  }

  /// - Parameter value: the factor; for hue the part of the circle.
  package func apply(
    _ change: Change, _ value: Float, to sample: UnsafeMutableBufferPointer<Float>,
    _ image: ImageShape
  ) {
    switch change {
    case .brightness: blend(sample, image.count, value, with: low)
    case .contrast: blend(sample, image.count, value, with: meanOfGray(sample, image))
    case .saturation: saturate(sample, image, value)
    case .hue: turnHue(sample, image, value)
    }
  }

  /// f·x + (1 − f)·other, between black and white.
  private func blend(
    _ x: UnsafeMutableBufferPointer<Float>, _ count: Int, _ factor: Float, with other: Float
  ) {
    guard let x = x.baseAddress else { return }
    let offset = (1 - factor) * other
    let (low, high) = (low, high)
    for place in 0..<count { x[place] = Self.within(factor * x[place] + offset, low, high) }
  }

  /// low ≤ x ≤ high; NaN stays. One instruction each, unlike `min` and `max`, which tell zeros apart.
  private static func within(_ x: Float, _ low: Float, _ high: Float) -> Float {
    let raised = low > x ? low : x
    return high < raised ? high : raised
  }

  private func meanOfGray(
    _ x: UnsafeMutableBufferPointer<Float>, _ image: ImageShape
  ) -> Float {
    func mean(_ channel: Int) -> Float {
      guard let plane = x.baseAddress.map({ $0 + channel * image.plane }) else { return 0 }
      // Short stretches in single precision, sixteen sums at once; what they come to in double.
      var total = 0.0
      var place = 0
      let bytes = UnsafeRawPointer(plane)
      while place + 256 <= image.plane {
        var sums = SIMD16<Float>()
        for row in 0..<16 {
          sums += bytes.loadUnaligned(
            fromByteOffset: (place + 16 * row) * MemoryLayout<Float>.size, as: SIMD16<Float>.self)
        }
        total += Double(sums.sum())
        place += 256
      }
      for rest in place..<image.plane { total += Double(plane[rest]) }
      return Float(total / Double(image.plane))
    }
    if image.channels == 3 { return Self.gray(mean(0), mean(1), mean(2)) }
    return (0..<image.channels).reduce(0) { $0 + mean($1) } / Float(image.channels)
  }

  private static func gray(_ r: Float, _ g: Float, _ b: Float) -> Float {
    0.2989 * r + 0.587 * g + 0.114 * b
  }

  private func saturate(
    _ x: UnsafeMutableBufferPointer<Float>, _ image: ImageShape, _ factor: Float
  ) {
    guard let red = x.baseAddress else { return }
    let (low, high) = (low, high)
    let (green, blue) = (red + image.plane, red + 2 * image.plane)
    for place in 0..<image.plane {
      let (r, g, b) = (red[place], green[place], blue[place])
      let gray = (1 - factor) * Self.gray(r, g, b)
      red[place] = Self.within(factor * r + gray, low, high)
      green[place] = Self.within(factor * g + gray, low, high)
      blue[place] = Self.within(factor * b + gray, low, high)
    }
  }

  /// Turns the hue of the model of hue, saturation and value; the largest and the smallest colour of a
  /// pixel stay what they are.
  private func turnHue(
    _ x: UnsafeMutableBufferPointer<Float>, _ image: ImageShape, _ turn: Float
  ) {
    let plane = image.plane
    for place in 0..<plane {
      let (r, g, b) = (x[place], x[place + plane], x[place + 2 * plane])
      let largest = max(r, max(g, b))
      let range = largest - min(r, min(g, b))
      guard range > 0 else { continue }
      // In sixths of the circle, from red by green and blue.
      let hue =
        largest == r
        ? (g - b) / range : largest == g ? 2 + (b - r) / range : 4 + (r - g) / range
      guard hue.isFinite else { continue }
      let turned = hue + 6 * turn
      x[place] = largest - range * Self.lack(turned + 5)
      x[place + plane] = largest - range * Self.lack(turned + 3)
      x[place + 2 * plane] = largest - range * Self.lack(turned + 1)
    }
  }

  /// How much of the range a colour lacks, 0 to 1, at a distance from its opposite in sixths.
  private static func lack(_ distance: Float) -> Float {
    // At least 5 below zero.
    let around = distance + 6
    let place = around - 6 * Float(Int(around / 6))
    return max(0, min(1, min(place, 4 - place)))
  }
}
