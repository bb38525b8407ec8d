/// PNG files: all colour types and depths, palettes, transparency, interlaced or not (ISO 15948).
///
/// Depths below 8 are brought to 0…255, of 16 bits the higher 8 are kept. A palette becomes the colours that it
/// stands for, greys where all of it are. What is transparent by a colour or in a palette becomes alpha. Gamma and
/// colour profiles are passed over.
struct PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// The last chunk, which is empty: its length, name and checksum.
  static let ending: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]

  /// What is needed of the chunks before the pixels.
  private(set) var header = ImageHeader(format: .png, width: 0, height: 0, channels: 0)
  private(set) var form = PNGForm(depth: 8, colour: .grey)
  private(set) var isInterlaced = false
  private var pixelData: [Range<Int>] = []
  private let bytes: UnsafeRawBufferPointer

  static func header(_ bytes: UnsafeRawBufferPointer) throws(ImageProblem) -> ImageHeader {
    try PNGFile(bytes, wantsPixels: false).header
  }

  static func read(_ bytes: UnsafeRawBufferPointer) throws(ImageProblem) -> Image {
    try PNGFile(bytes, wantsPixels: true).image()
  }

  /// Looks for the last chunk by the lengths of the others; what is in them is not read.
  static func findEnd(_ bytes: UnsafeRawBufferPointer) throws(ImageProblem) {
    var chunks = PNGChunks(bytes, at: signature.count)
    while let chunk = try chunks.next() { if chunk.type == .end { return } }
    throw .cutOff
  }

  /// - Parameter wantsPixels: whether to go on behind the first chunk of pixels.
  private init(
    _ bytes: UnsafeRawBufferPointer, wantsPixels: Bool
  ) throws(ImageProblem) {
    self.bytes = bytes
    var chunks = PNGChunks(bytes, at: Self.signature.count)
    guard let first = try chunks.next(), first.type == .header else {
      throw .damaged("it does not begin with its header")
    }
    try readHeader(first)
    var isOver = false
    while !isOver {
      // A header may be asked for by the first bytes of a file alone.
      if !wantsPixels, chunks.nextKind == .pixels { break }
      guard let chunk = try chunks.next() else { throw .cutOff }
      switch chunk.type {
      case .palette where pixelData.isEmpty: try readPalette(chunk)
      case .transparency where pixelData.isEmpty: try readTransparency(chunk)
      case .exif where pixelData.isEmpty:
        try chunk.check()
        header.orientation = Orientation(exif: chunk.data)
      case .pixels:
        try chunk.check()
        if let last = pixelData.last, last.upperBound + 12 != chunk.range.lowerBound {
          throw .damaged("its pixels are in two places")
        }
        pixelData.append(chunk.range)
      case .end: isOver = true
      case .header: throw .damaged("it has two headers")
      default:
        if chunk.isCritical, chunk.type != .palette {
          throw .unread("a chunk `\(chunk.name)`, which must be understood,", .png)
        }
      }
    }
    if form.colour == .palette {
      guard !form.palette.isEmpty else { throw .damaged("its palette is missing") }
      if form.hasGreyPalette { header.channels -= 2 }
    }
    guard !wantsPixels || !pixelData.isEmpty else { throw .damaged("it has no pixels") }
  }

  private mutating func readHeader(_ chunk: PNGChunks.Chunk) throws(ImageProblem) {
    let data = chunk.data
    guard data.count == 13 else { throw .damaged("its header has \(data.count) bytes, not 13") }
    try chunk.check()
    guard let colour = PNGForm.Colour(rawValue: data[9]) else {
      throw .damaged("its colour type is \(data[9])")
    }
    form = PNGForm(depth: Int(data[8]), colour: colour)
    guard colour.depths.contains(form.depth) else {
      throw .damaged("it has \(data[8]) bits in the colour type \(data[9])")
    }
    guard data[10] == 0, data[11] == 0, data[12] <= 1 else {
      throw .damaged("it is packed, filtered or interlaced in no known way")
    }
    isInterlaced = data[12] == 1
    header.width = data.big32(0)
    header.height = data.big32(4)
    header.channels = colour == .palette ? 3 : colour.samples
    try header.check()
  }

  private mutating func readPalette(_ chunk: PNGChunks.Chunk) throws(ImageProblem) {
    try chunk.check()
    // In images of true colour it only suggests which of them to show.
    guard form.colour == .palette else { return }
    let data = chunk.data
    guard form.palette.isEmpty, !data.isEmpty, data.count % 3 == 0,
      data.count / 3 <= 1 << form.depth
    else { throw .damaged("its palette has \(data.count) bytes") }
    form.palette = stride(from: 0, to: data.count, by: 3).map {
      PNGForm.Entry(red: data[$0], green: data[$0 + 1], blue: data[$0 + 2], alpha: 255)
    }
  }

  private mutating func readTransparency(_ chunk: PNGChunks.Chunk) throws(ImageProblem) {
    try chunk.check()
    let data = chunk.data
    let highest = 1 << form.depth - 1
    switch form.colour {
    case .palette:
      guard data.count <= form.palette.count else {
        throw .damaged("more colours are transparent than its palette has")
      }
      for place in 0..<data.count { form.palette[place].alpha = data[place] }
    case .grey, .colours:
      guard data.count == 2 * form.colour.samples else {
        throw .damaged("its transparent colour has \(data.count) bytes")
      }
      form.transparent = (0..<form.colour.samples).map { data.big16(2 * $0) & highest }
    case .greyAlpha, .coloursAlpha:
      throw .damaged("it has alpha and a transparent colour")
    }
    if header.channels % 2 == 1 { header.channels += 1 }
  }

  private func image() throws(ImageProblem) -> Image {
    let passes = PNGPass.all(
      width: header.width, height: header.height, isInterlaced: isInterlaced)
    let size = passes.reduce(0) { $0 + $1.height * (1 + form.rowBytes($1.width)) }
    let raw = try unpacked(size)
    var scanlines = PNGScanlines(raw, form: form, header: header)
    for pass in passes { try scanlines.read(pass) }
    return scanlines.image()
  }

  private func unpacked(_ size: Int) throws(ImageProblem) -> UnpackedBytes {
    do throws(UnpackProblem) {
      if pixelData.count == 1 { return try Zlib.unpack(bytes.part(pixelData[0]), size: size) }
      var joined: [UInt8] = []
      joined.reserveCapacity(pixelData.reduce(0) { $0 + $1.count })
      for range in pixelData { joined.append(contentsOf: bytes[range]) }
      var failure: UnpackProblem?
      let result = joined.withUnsafeBytes { joined -> UnpackedBytes? in
        do throws(UnpackProblem) { return try Zlib.unpack(joined, size: size) } catch {
          failure = error
          return nil
        }
      }
      guard let result else { throw failure! }
      return result
    } catch {
      if case .tooLarge = error {
        throw .damaged("its pixels take more than the \(size) bytes that its size needs")
      }
      throw ImageProblem(error.message)
    }
  }
}

/// The chunks of a file, one after another.
struct PNGChunks {
  enum Kind: UInt32 {
    case header = 0x4948_4452  // IHDR
    case palette = 0x504C_5445  // PLTE
    case pixels = 0x4944_4154  // IDAT
    case end = 0x4945_4E44  // IEND
    case transparency = 0x7452_4E53  // tRNS
    case exif = 0x6558_4966  // eXIf
    case other = 0
  }

  struct Chunk {
    let type: Kind
    let range: Range<Int>
    let file: UnsafeRawBufferPointer

    var data: UnsafeRawBufferPointer { file.part(range) }
    var name: String {
      String(decoding: file[range.lowerBound - 4..<range.lowerBound], as: UTF8.self)
    }
    /// Whether a reader that does not know it must give up.
    var isCritical: Bool { file[range.lowerBound - 4] & 0x20 == 0 }

    func check() throws(ImageProblem) {
      let named = file.part(range.lowerBound - 4..<range.upperBound)
      guard Int(CRC32.of(named)) == file.big32(range.upperBound) else {
        throw .damaged("the checksum of its chunk `\(name)` is another")
      }
    }
  }

  private let bytes: UnsafeRawBufferPointer
  private var place: Int

  init(_ bytes: UnsafeRawBufferPointer, at place: Int) {
    self.bytes = bytes
    self.place = place
  }

  /// What the next chunk is, as far as it is known.
  var nextKind: Kind? {
    place + 8 <= bytes.count ? Kind(rawValue: UInt32(bytes.big32(place + 4))) : nil
  }

  /// The next chunk; `nil` at the end of the file.
  mutating func next() throws(ImageProblem) -> Chunk? {
    guard place < bytes.count else { return nil }
    guard place + 12 <= bytes.count else { throw .cutOff }
    let length = bytes.big32(place)
    guard length <= bytes.count - place - 12 else { throw .cutOff }
    let start = place + 8
    place = start + length + 4
    return Chunk(
      type: Kind(rawValue: UInt32(bytes.big32(start - 4))) ?? .other, range: start..<start + length,
      file: bytes)
  }
}
