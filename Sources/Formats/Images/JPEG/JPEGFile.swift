/// JPEG files with 8 bits a channel, in grey or three colours: sequential and progressive, packed by Huffman codes
/// (ITU-T T.81), with any sampling factors and restart intervals.
///
/// Pixels are those of libjpeg-turbo with its usual settings, to the bit: the accurate integer transform, and
/// smooth upsampling of colours that have half the rows or columns.
struct JPEGFile {
  static func header(_ bytes: UnsafeRawBufferPointer) throws(ImageProblem) -> ImageHeader {
    var file = JPEGFile(bytes)
    while file.frame == nil {
      let segment = try file.next()
      guard segment.marker != .end, segment.marker != .scan else {
        throw .damaged("it has no frame before its end")
      }
      try file.read(segment)
    }
    return file.header(of: file.frame!)
  }

  static func read(_ bytes: UnsafeRawBufferPointer) throws(ImageProblem) -> Image {
    var file = JPEGFile(bytes)
    return try file.image()
  }

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private let bytes: UnsafeRawBufferPointer
  private var place = 2
  private var frame: JPEGFrame?
  private var tables = JPEGTables()
  private var orientation = Orientation.upright
  private var hasJFIF = false
  /// What a segment of Adobe says of the colours; `nil` without one.
  private var adobeTransform: Int?
  private var scans = 0
  /// Each goes over all pixels, and takes next to no bytes where nothing changes.
  private static let scanLimit = 200

  private func header(of frame: JPEGFrame) -> ImageHeader {
    ImageHeader(
      format: .jpeg, width: frame.width, height: frame.height, channels: frame.components.count,
      orientation: orientation)
  }

  private mutating func image() throws(ImageProblem) -> Image {
    var decoder: JPEGDecoder?
    while decoder?.isComplete != true {
      let segment = try next()
      switch segment.marker {
      case .end:
        guard let decoder, decoder.hasAllComponents else {
          throw .damaged("it ends before all of its pixels")
        }
        return decoder.image(colours: colours(decoder.frame))
      case .scan:
        guard let frame else { throw .damaged("a scan comes before the frame") }
        if decoder == nil {
          try frame.check(bytes: bytes.count - place)
          decoder = try JPEGDecoder(frame)
        }
        scans += 1
        guard scans <= Self.scanLimit else {
          throw ImageProblem("it has more than \(Self.scanLimit) scans")
        }
        let scan = try JPEGScan(segment.data, frame, tables)
        place = try decoder!.read(scan, bytes, at: place)
      default: try read(segment)
      }
    }
    return decoder!.image(colours: colours(decoder!.frame))
  }

  /// What the three components are.
  private func colours(_ frame: JPEGFrame) -> JPEGColours {
    let names = frame.components.map(\.identifier)
    if hasJFIF { return .luminance }
    if let adobeTransform { return adobeTransform == 0 ? .direct : .luminance }
    return names == Array("RGB".utf8).map(Int.init) ? .direct : .luminance
  }

  // MARK: Segments

  enum Marker: Equatable {
    case scan, end, huffman, quantization, restartInterval, numberOfLines
    case frame(Int)
    case application(Int)
    case other
  }

  struct Segment {
    let marker: Marker
    let data: UnsafeRawBufferPointer
  }

  /// The next segment; what stands before its marker and is none is passed over, as others do.
  private mutating func next() throws(ImageProblem) -> Segment {
    while place < bytes.count, bytes[place] != 0xFF { place += 1 }
    while place < bytes.count, bytes[place] == 0xFF { place += 1 }
    guard place < bytes.count else { throw .cutOff }
    let code = bytes[place]
    place += 1
    let marker: Marker
    switch code {
    // No marker but a byte of pixels, or one that has no segment.
    case 0x00, 0x01, 0xD0...0xD8: return Segment(marker: .other, data: bytes.part(place..<place))
    case 0xD9: return Segment(marker: .end, data: bytes.part(place..<place))
    case 0xC4: marker = .huffman
    case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF: marker = .frame(Int(code) - 0xC0)
    case 0xCC: throw .unread("arithmetic coding", .jpeg)
    case 0xDA: marker = .scan
    case 0xDB: marker = .quantization
    case 0xDC: marker = .numberOfLines
    case 0xDD: marker = .restartInterval
    case 0xE0...0xEF: marker = .application(Int(code) - 0xE0)
    default: marker = .other
    }
    guard place + 2 <= bytes.count else { throw .cutOff }
    let length = bytes.big16(place)
    guard length >= 2 else { throw .damaged("a segment's length is \(length)") }
    guard length <= bytes.count - place else { throw .cutOff }
    defer { place += length }
    return Segment(marker: marker, data: bytes.part(place + 2..<place + length))
  }

  private mutating func read(_ segment: Segment) throws(ImageProblem) {
    let data = segment.data
    switch segment.marker {
    case .frame(let process):
      guard frame == nil else { throw .damaged("it has two frames") }
      let frame = try JPEGFrame(data, process: process)
      try header(of: frame).check()
      self.frame = frame
    case .huffman: try tables.readCodes(data)
    case .quantization: try tables.readQuantization(data)
    case .restartInterval:
      guard data.count >= 2 else { throw .damaged("a restart interval of \(data.count) bytes") }
      tables.restartInterval = data.big16(0)
    case .numberOfLines: throw .unread("a height behind its pixels", .jpeg)
    case .application(0):
      if data.starts(with: Array("JFIF\0".utf8)) { hasJFIF = true }
    case .application(1):
      if data.starts(with: Array("Exif\0\0".utf8)), orientation == .upright {
        orientation = Orientation(exif: data.part(6..<data.count))
      }
    case .application(14):
      if data.count >= 12, data.starts(with: Array("Adobe".utf8)) { adobeTransform = Int(data[11]) }
    case .application, .other, .scan, .end: break
    }
  }
}
