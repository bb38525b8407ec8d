/// Image files, whose format is known by their first bytes: PNG, JPEG and the PNM family (PBM, PGM, PPM).
package enum ImageFile {
  /// The endings of such files.
  package static let endings = ["png", "jpg", "jpeg", "pgm", "ppm", "pbm", "pnm"]

  /// What a file says of itself, by as few of its bytes as tell: the first ones, and the last ones of a PNG.
  ///
  /// - Throws: ``FormatError`` for a file that is no image, or none that can be read here, and for a PNG that
  ///   is cut off.
  package static func header(_ path: String) throws(FormatError) -> ImageHeader {
    let start = try FileContents(path, first: 4096, last: PNGFile.ending.count)
    if let found = try? inside(start, path, header),
      found.format != .png || start.ending == PNGFile.ending
    {
      return found
    }
    // Behind its end a file may have more; then the lengths of its chunks tell.
    return try inside(start.isWhole ? start : try FileContents(path), path) {
      (bytes, name) throws(FormatError) in
      let found = try header(of: bytes, named: name)
      if found.format == .png {
        do throws(ImageProblem) { try PNGFile.findEnd(bytes) } catch {
          throw FormatError(name, error.message)
        }
      }
      return found
    }
  }

  /// The pixels of a file.
  ///
  /// - Parameter turns: whether they are turned as the file says; else they are as they are stored.
  /// - Throws: ``FormatError`` for a file that is damaged, cut off, or of a kind that is not read here.
  package static func read(_ path: String, turning turns: Bool = false) throws(FormatError) -> Image
  {
    try inside(try FileContents(path), path) { (bytes, name) throws(FormatError) in
      let stored = try image(of: bytes, named: name)
      return turns ? stored.turned(try header(of: bytes, named: name).orientation) : stored
    }
  }

  private static func inside<Result>(
    _ contents: FileContents, _ path: String,
    _ body: (UnsafeRawBufferPointer, String) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    var outcome: Swift.Result<Result, FormatError>?
    contents.bytes.withUnsafeBytes { bytes in
      do throws(FormatError) { outcome = .success(try body(bytes, path)) } catch {
        outcome = .failure(error)
      }
    }
    return try outcome!.get()
  }

  /// - Parameter name: the file, in messages.
  package static func header(
    of bytes: UnsafeRawBufferPointer, named name: String
  ) throws(FormatError) -> ImageHeader {
    do throws(ImageProblem) {
      switch try format(of: bytes) {
      case .png: return try PNGFile.header(bytes)
      case .jpeg: return try JPEGFile.header(bytes)
      case .pnm: return try PNM.header(bytes)
      }
    } catch { throw FormatError(name, error.message) }
  }

  /// - Parameter name: the file, in messages.
  package static func image(
    of bytes: UnsafeRawBufferPointer, named name: String
  ) throws(FormatError) -> Image {
    do throws(ImageProblem) {
      switch try format(of: bytes) {
      case .png: return try PNGFile.read(bytes)
      case .jpeg: return try JPEGFile.read(bytes)
      case .pnm: return try PNM.read(bytes)
      }
    } catch { throw FormatError(name, error.message) }
  }

  private static func format(
    of bytes: UnsafeRawBufferPointer
  ) throws(ImageProblem) -> ImageHeader.Format {
    let start = Array(bytes.prefix(12))
    if start.starts(with: PNGFile.signature) { return .png }
    if start.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if start.count >= 3, start[0] == UInt8(ascii: "P"), (0x31...0x36).contains(start[1]),
      PNM.isSpace(start[2]) || start[2] == UInt8(ascii: "#")
    {
      return .pnm
    }
    guard !bytes.isEmpty else { throw ImageProblem("the file is empty, an image is needed") }
    let known = others.first { start.starts(with: $0.start) }
    throw ImageProblem(
      "no image that is read here" + (known.map { ": it is \($0.name)" } ?? "")
        + "; PNG, JPEG, PBM, PGM and PPM are")
  }

  /// Formats that are often met, and not read.
  private static let others: [(start: [UInt8], name: String)] = [
    (Array("GIF8".utf8), "a GIF"), (Array("BM".utf8), "a BMP"), (Array("RIFF".utf8), "a WebP"),
    ([0x49, 0x49, 0x2A, 0], "a TIFF"), ([0x4D, 0x4D, 0, 0x2A], "a TIFF"),
    (Array("P7".utf8), "a PAM"), ([0, 0, 0, 0x0C, 0x6A, 0x50], "a JPEG 2000"),
    ([0x1F, 0x8B], "packed by gzip"), (Array("%PDF".utf8), "a PDF"), (Array("<svg".utf8), "an SVG"),
  ]
}

extension UnsafeRawBufferPointer {
  /// A number of two bytes, the higher one first.
  func big16(_ place: Int) -> Int { Int(self[place]) << 8 | Int(self[place + 1]) }
  /// A number of four bytes, the highest one first.
  func big32(_ place: Int) -> Int { big16(place) << 16 | big16(place + 2) }
  /// The part of the bytes from one place to another.
  func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { .init(rebasing: self[range]) }
}
