/// Takes the filters from rows and brings their pixels to 8 bits.
struct PNGScanlines {
  private let raw: UnpackedBytes
  private let rows: UnsafeMutablePointer<UInt8>
  private var place = 0
  private let form: PNGForm
  private let header: ImageHeader
  private var pixels: [UInt8]

  /// - Parameter raw: the rows of all passes, each with its filter before it.
  init(_ raw: UnpackedBytes, form: PNGForm, header: ImageHeader) {
    self.raw = raw
    rows = UnsafeMutablePointer(
      mutating: raw.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
    self.form = form
    self.header = header
    pixels = [UInt8](repeating: 0, count: header.width * header.height * header.channels)
  }

  func image() -> Image {
    Image(
      width: header.width, height: header.height, channels: header.channels, bytes: pixels)
  }

  mutating func read(_ pass: PNGPass) throws(ImageProblem) {
    let size = form.rowBytes(pass.width)
    var above: UnsafeMutablePointer<UInt8>?
    for row in 0..<pass.height {
      precondition(place + 1 + size <= raw.count)
      let filter = rows[place]
      let current = rows + place + 1
      try unfilter(filter, current, above, size)
      try put(current, pass, row)
      above = current
      place += 1 + size
    }
  }

  private func unfilter(
    _ filter: UInt8, _ row: UnsafeMutablePointer<UInt8>, _ above: UnsafeMutablePointer<UInt8>?,
    _ size: Int
  ) throws(ImageProblem) {
    let distance = form.filterDistance
    switch filter {
    case 0: break
    case 1:
      for x in stride(from: distance, to: size, by: 1) { row[x] &+= row[x - distance] }
    case 2:
      guard let above else { return }
      for x in 0..<size { row[x] &+= above[x] }
    case 3:
      for x in 0..<size {
        let left = x < distance ? 0 : Int(row[x - distance])
        row[x] &+= UInt8((left + Int(above?[x] ?? 0)) >> 1)
      }
    case 4:
      for x in 0..<size {
        let left = x < distance ? 0 : Int(row[x - distance])
        let up = Int(above?[x] ?? 0)
        let corner = x < distance ? 0 : Int(above?[x - distance] ?? 0)
        row[x] &+= UInt8(truncatingIfNeeded: Self.nearest(left, up, corner))
      }
    default: throw .damaged("a row has the filter \(filter); 0…4 are there")
    }
  }

  /// Which of three neighbours is nearest to left + up − corner (Paeth).
  @inline(__always)
  static func nearest(_ left: Int, _ up: Int, _ corner: Int) -> Int {
    let (toLeft, toUp) = (abs(up - corner), abs(left - corner))
    let toCorner = abs(left + up - 2 * corner)
    return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
  }

  private mutating func put(
    _ row: UnsafeMutablePointer<UInt8>, _ pass: PNGPass, _ number: Int
  ) throws(ImageProblem) {
    let y = pass.top + number * pass.rowStep
    let channels = header.channels
    let start = (y * header.width + pass.left) * channels
    let step = pass.columnStep * channels
    let form = form
    var problem: ImageProblem?
    pixels.withUnsafeMutableBufferPointer { pixels in
      let output = pixels.baseAddress! + start
      if form.depth == 8, form.colour != .palette, form.transparent.isEmpty, step == channels {
        output.update(from: row, count: pass.width * channels)
      } else if form.colour == .palette {
        problem = Self.putPalette(row, pass.width, output, step, channels, form)
      } else {
        Self.putSamples(row, pass.width, output, step, form)
      }
    }
    if let problem { throw problem }
  }

  /// A number of a row, in as many bits as it has.
  @inline(__always)
  private static func sample(
    _ row: UnsafeMutablePointer<UInt8>, _ index: Int, _ depth: Int
  ) -> Int {
    switch depth {
    case 8: return Int(row[index])
    case 16: return Int(row[2 * index]) << 8 | Int(row[2 * index + 1])
    default:
      let bit = index * depth
      return Int(row[bit >> 3]) >> (8 - depth - bit & 7) & (1 << depth - 1)
    }
  }

  private static func putPalette(
    _ row: UnsafeMutablePointer<UInt8>, _ width: Int, _ output: UnsafeMutablePointer<UInt8>,
    _ step: Int, _ channels: Int, _ form: PNGForm
  ) -> ImageProblem? {
    form.palette.withUnsafeBufferPointer { palette in
      for x in 0..<width {
        let index = sample(row, x, form.depth)
        guard index < palette.count else {
          return .damaged("a pixel has the colour \(index) of a palette of \(palette.count)")
        }
        let entry = palette[index]
        let pixel = output + x * step
        pixel[0] = entry.red
        if channels >= 3 {
          pixel[1] = entry.green
          pixel[2] = entry.blue
        }
        if channels % 2 == 0 { pixel[channels - 1] = entry.alpha }
      }
      return nil
    }
  }

  private static func putSamples(
    _ row: UnsafeMutablePointer<UInt8>, _ width: Int, _ output: UnsafeMutablePointer<UInt8>,
    _ step: Int, _ form: PNGForm
  ) {
    let samples = form.colour.samples
    let depth = form.depth
    // Small depths become 0…255 by their factor.
    let factor = depth < 8 ? 255 / (1 << depth - 1) : 1
    let shift = depth == 16 ? 8 : 0
    for x in 0..<width {
      let pixel = output + x * step
      var isTransparent = !form.transparent.isEmpty
      for part in 0..<samples {
        let value = sample(row, x * samples + part, depth)
        if isTransparent, form.transparent[part] != value { isTransparent = false }
        pixel[part] = UInt8(truncatingIfNeeded: (value >> shift) * factor)
      }
      if !form.transparent.isEmpty { pixel[samples] = isTransparent ? 0 : 255 }
    }
  }
}
