/// The PNM family: P1 to P6, text and bytes, bits, greys and colours.
///
/// Values are brought from 0…maxval to 0…255 and rounded, halves to even numbers.
struct PNM {
  static func header(_ bytes: UnsafeRawBufferPointer) throws(ImageProblem) -> ImageHeader {
    var reader = PNM(bytes)
    return try reader.readHeader()
  }

  static func read(_ bytes: UnsafeRawBufferPointer) throws(ImageProblem) -> Image {
    var reader = PNM(bytes)
    let header = try reader.readHeader()
    return Image(
      width: header.width, height: header.height, channels: header.channels,
      bytes: try reader.pixels(header))
  }

  private let bytes: UnsafeRawBufferPointer
  private var place = 2
  /// 1 to 6.
  private let kind: Int
  private var maximum = 1

  private init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    kind = Int(bytes[1]) - 0x30
  }

  private mutating func readHeader() throws(ImageProblem) -> ImageHeader {
    let header = ImageHeader(
      format: .pnm, width: try number("width", isText: true),
      height: try number("height", isText: true), channels: kind == 3 || kind == 6 ? 3 : 1)
    try header.check()
    if kind != 1, kind != 4 {
      maximum = try number("largest value", isText: true)
      guard (1...65535).contains(maximum) else {
        throw .damaged("its largest value is \(maximum); 1…65535 is allowed")
      }
    }
    return header
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private mutating func skipSpace() {
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "#") {
        skipComment()
      } else if Self.isSpace(bytes[place]) {
        place += 1
      } else {
        return
      }
    }
  }

  private mutating func skipComment() {
    while place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
  }

  /// A number in text, and the one byte that ends it.
  ///
  /// - Parameter isText: whether it must be followed by a space.
  private mutating func number(
    _ name: @autoclosure () -> String, isText: Bool
  ) throws(ImageProblem) -> Int {
    skipSpace()
    guard place < bytes.count else { throw .cutOff }
    var value = 0
    let start = place
    while place < bytes.count, (0x30...0x39).contains(bytes[place]) {
      value = 10 * value + Int(bytes[place] - 0x30)
      guard value < 1 << 31 else { throw .damaged("its \(name()) has too many digits") }
      place += 1
    }
    guard place > start else { throw .damaged("its \(name()) is no number") }
    if isText {
      guard place < bytes.count else { throw .cutOff }
      guard Self.isSpace(bytes[place]) || bytes[place] == UInt8(ascii: "#") else {
        throw .damaged("its \(name()) is no number")
      }
      // A comment may stand before the space, whose end of line is that space.
      if bytes[place] == UInt8(ascii: "#") { skipComment() }
      place += 1
    }
    return value
  }

  private mutating func pixels(_ header: ImageHeader) throws(ImageProblem) -> [UInt8] {
    let count = header.width * header.height * header.channels
    switch kind {
    case 1: return try bitsOfText(count)
    case 2, 3: return try numbersOfText(count)
    case 4: return try bits(header)
    default: return try numbers(count)
    }
  }

  /// - Throws: ``ImageProblem`` when fewer bytes are left.
  private func require(_ count: Int) throws(ImageProblem) {
    guard count <= max(bytes.count - place, 0) else { throw .cutOff }
  }

  /// What a value becomes.
  private func scale() -> [UInt8] {
    (0...maximum).map { value in
      let share = Double(value) / Double(maximum)
      return UInt8((255 * share).rounded(.toNearestOrEven))
    }
  }

  /// Ones, which are black, and zeros, with or without spaces between them.
  private mutating func bitsOfText(_ count: Int) throws(ImageProblem) -> [UInt8] {
    try require(count)
    var result: [UInt8] = []
    result.reserveCapacity(count)
    while result.count < count {
      skipSpace()
      guard place < bytes.count else { throw .cutOff }
      switch bytes[place] {
      case 0x30: result.append(255)
      case 0x31: result.append(0)
      default: throw .damaged("a bit that is neither 0 nor 1")
      }
      place += 1
    }
    return result
  }

  private mutating func numbersOfText(_ count: Int) throws(ImageProblem) -> [UInt8] {
    // A digit and a space each, but for the last.
    try require(2 * count - 1)
    let scale = scale()
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for _ in 0..<count {
      let value = try number("value", isText: false)
      guard value <= maximum else {
        throw .damaged("a value is \(value), the largest is \(maximum)")
      }
      result.append(scale[value])
    }
    return result
  }

  private func bits(_ header: ImageHeader) throws(ImageProblem) -> [UInt8] {
    let rowBytes = (header.width + 7) / 8
    try require(rowBytes * header.height)
    var result: [UInt8] = []
    result.reserveCapacity(header.width * header.height)
    for row in 0..<header.height {
      for column in 0..<header.width {
        let byte = bytes[place + row * rowBytes + column / 8]
        result.append(byte & (0x80 >> UInt8(column % 8)) == 0 ? 255 : 0)
      }
    }
    return result
  }

  private func numbers(_ count: Int) throws(ImageProblem) -> [UInt8] {
    let size = maximum > 255 ? 2 : 1
    try require(size * count)
    if maximum == 255 { return Array(bytes[place..<place + count]) }
    let scale = scale()
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for index in 0..<count {
      let value = size == 2 ? bytes.big16(place + 2 * index) : Int(bytes[place + index])
      guard value <= maximum else {
        throw .damaged("a value is \(value), the largest is \(maximum)")
      }
      result.append(scale[value])
    }
    return result
  }
}
