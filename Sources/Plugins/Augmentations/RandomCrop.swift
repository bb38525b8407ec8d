import EspalierProtocols

/// Pads an image by p on each side and cuts its own size out again at a random place.
///
/// y[c, i, j] = x[c, i + a − p, j + b − p], a and b whole numbers in 0…2p, each equally likely. Outside
/// of the image stands zero (`mode: zeros`) or the image mirrored without repeating its border
/// (`mode: reflect`). Images [channel, row, column]; shape unchanged.
public struct RandomCrop: Augmentation {
  /// What stands outside of the image.
  public enum Mode: String, Choice, Sendable { case zeros, reflect }

  public static let manifest = Manifest(
    "random_crop",
    "y[i, j] = x[i + a − p, j + b − p], a and b drawn: an image padded by p and cut out anew",
    paper: "Krizhevsky, Sutskever and Hinton, 2012",
    sample: "random_crop: {padding: 1}")

  @Parameter("rows and columns added on each side", in: 0...4096, unit: "pixels")
  public var padding: Int = 4
  @Parameter("what stands outside of the image") public var mode: Mode = .zeros

  public init() {}
  public init(padding: Int, mode: Mode = .zeros) {
    self.padding = padding
    self.mode = mode
  }

  public func check(_ shape: Shape) throws {
    try ImageShape.check(shape, pluginName)
    let smallest = min(shape[-1], shape[-2])
    if mode == .reflect, padding >= smallest {
      throw PluginError(
        "an image of \(shape[-2])×\(shape[-1]) can be mirrored by \(smallest - 1) at most, not by "
          + "\(padding)", parameter: "padding")
    }
  }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape) else { return }
    let down = random.integer(below: 2 * padding + 1) - padding
    let right = random.integer(below: 2 * padding + 1) - padding
    shift(sample, image, scratch, down: down, right: right)
  }

  /// y[i, j] = x[i + down, j + right].
  package func shift(
    _ sample: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ scratch: UnsafeMutableBufferPointer<Float>, down: Int, right: Int
  ) {
    guard down != 0 || right != 0, let whole = sample.baseAddress, let copy = scratch.baseAddress
    else { return }
    let (rows, columns) = (image.rows, image.columns)
    let mode = mode  // read once: each look at a parameter costs more than a pixel
    // With zeros around, lines go to their places one after the other, none over one that is still wanted.
    // A mirrored line is wanted twice.
    let source = mode == .zeros ? whole : copy
    if mode == .reflect { copy.update(from: whole, count: image.count) }
    // The columns that come from within the image; the others are few.
    let first = min(max(-right, 0), columns)
    let inside = first..<max(first, min(columns - right, columns))
    func fill(
      _ places: Range<Int>, _ target: UnsafeMutablePointer<Float>,
      _ line: UnsafeMutablePointer<Float>
    ) {
      for column in places {
        let at = Self.source(column + right, columns, mode)
        target[column] = at < 0 ? 0 : line[at]
      }
    }
    for channel in 0..<image.channels {
      for place in 0..<rows {
        let row = down >= 0 ? place : rows - 1 - place
        let target = whole + (channel * rows + row) * columns
        let from = Self.source(row + down, rows, mode)
        guard from >= 0 else {
          target.update(repeating: 0, count: columns)
          continue
        }
        let line = source + (channel * rows + from) * columns
        if !inside.isEmpty {
          (target + inside.lowerBound).update(
            from: line + inside.lowerBound + right, count: inside.count)
        }
        fill(0..<inside.lowerBound, target, line)
        fill(inside.upperBound..<columns, target, line)
      }
    }
  }

  /// The row or column that stands at a place; negative where zero stands.
  private static func source(_ place: Int, _ extent: Int, _ mode: Mode) -> Int {
    if place >= 0, place < extent { return place }
    switch mode {
    case .zeros: return -1
    case .reflect: return place < 0 ? -place : 2 * (extent - 1) - place
    }
  }
}
