/// NumPy's array format: `\x93NUMPY major minor | header length | header | data`.
///
/// The header is a Python literal such as `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
package enum NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Opens a file; the values stay in it until they are asked for.
  package static func read(_ path: String) throws(FormatError) -> StoredArray {
    let file = try MappedFile(path)
    return try read(file, name: file.path, range: 0..<file.bytes.count)
  }

  static func read(
    _ file: MappedFile, name: String, range: Range<Int>
  ) throws(FormatError) -> StoredArray {
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else {
      throw FormatError(name, "no .npy file: it does not begin with \\x93NUMPY")
    }
    let major = bytes[6]
    let headerStart: Int
    let length: Int
    switch major {
    case 1:
      headerStart = 10
      length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
    case 2, 3:
      guard bytes.count >= 12 else { throw FormatError(name, "the file ends in its header") }
      headerStart = 12
      length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    default:
      throw FormatError(name, ".npy version \(major) is unknown; 1, 2 and 3 are read")
    }
    guard length <= bytes.count - headerStart else {
      throw FormatError(
        name,
        "the file ends in its header: \(length) bytes announced, "
          + "\(bytes.count - headerStart) there")
    }
    var header = PythonHeader(
      bytes: UnsafeRawBufferPointer(rebasing: bytes[headerStart..<headerStart + length]), file: name
    )
    try header.parse()
    let (type, bigEndian) = try elementType(header.type, name)
    return try StoredArray(
      file, name: name, range: range.lowerBound + headerStart + length..<range.upperBound,
      type: type, shape: header.shape, bigEndian: bigEndian, columnMajor: header.columnMajor)
  }

  private static func elementType(
    _ text: String, _ file: String
  ) throws(FormatError) -> (ElementType, bigEndian: Bool) {
    let types: [String: ElementType] = [
      "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32,
      "i4": .int32, "u8": .uint64, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]
    guard let order = text.first, "<>|=".contains(order), let type = types[String(text.dropFirst())]
    else {
      let hint =
        text.hasPrefix("|O")
        ? "it holds Python objects, which are never loaded"
        : "numbers are needed: booleans, integers, float16, float32 or float64"
      throw FormatError(file, "values of type '\(text)' cannot be read; \(hint)")
    }
    return (type, order == ">")
  }

  /// Writes 32-bit values, byte for byte as `numpy.save` does.
  package static func write(
    _ values: [Float], shape: [Int], to path: String
  ) throws(FormatError) {
    guard checkedCount(shape) == values.count else {
      throw FormatError(path, "\(values.count) values do not fill the shape \(shape)")
    }
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    // Room in which the first extent can grow to 21 digits without moving the data.
    if let first = shape.first { header += String(repeating: " ", count: 21 - "\(first)".count) }
    let padding = 64 - (10 + header.utf8.count + 1) % 64
    header += String(repeating: " ", count: padding) + "\n"
    let length = header.utf8.count
    let file = try AtomicFile(path)
    try file.write(magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)])
    try file.write(header)
    try file.write(values)
    try file.commit()
  }
}

/// The header's dictionary: strings, booleans and a tuple of whole numbers.
private struct PythonHeader {
  let bytes: UnsafeRawBufferPointer
  let file: String
  var position = 0
  var type = ""
  var columnMajor = false
  var shape: [Int] = []

  init(bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  func problem(_ message: String) -> FormatError {
    FormatError(file, "the .npy header is damaged at its byte \(position): \(message)")
  }

  mutating func skip() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A {
      position += 1
    }
  }

  mutating func take(_ character: Character) -> Bool {
    skip()
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func parse() throws(FormatError) {
    guard take("{") else { throw problem("`{` expected") }
    var found: Set<String> = []
    while !take("}") {
      let key = try string()
      guard take(":") else { throw problem("`:` expected") }
      guard found.insert(key).inserted else { throw problem("`\(key)` stands twice") }
      switch key {
      case "descr":
        skip()
        if position < bytes.count, bytes[position] == UInt8(ascii: "[") {
          throw FormatError(file, "structured values cannot be read, plain numbers are needed")
        }
        type = try string()
      case "fortran_order": columnMajor = try flag()
      case "shape": try tuple()
      default: throw problem("the key `\(key)` is unknown")
      }
      if !take(",") {
        guard take("}") else { throw problem("`}` expected") }
        break
      }
    }
    skip()
    guard position == bytes.count, found.count == 3 else {
      throw problem("descr, fortran_order and shape are needed, and nothing else")
    }
  }

  mutating func string() throws(FormatError) -> String {
    let quote: Character = take("'") ? "'" : "\""
    if quote == "\"", !take("\"") { throw problem("text in quotes expected") }
    let start = position
    while position < bytes.count, bytes[position] != quote.asciiValue { position += 1 }
    guard position < bytes.count else { throw problem("text without its closing quote") }
    defer { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  mutating func flag() throws(FormatError) -> Bool {
    skip()
    for (word, value) in [("True", true), ("False", false)] {
      if bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return value
      }
    }
    throw problem("True or False expected")
  }

  mutating func tuple() throws(FormatError) {
    guard take("(") else { throw problem("`(` expected") }
    while !take(")") {
      skip()
      let start = position
      while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
        position += 1
      }
      guard let extent = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
        throw problem("a whole number expected")
      }
      shape.append(extent)
      guard shape.count <= 32 else { throw problem("more than 32 axes") }
      if !take(",") {
        guard take(")") else { throw problem("`)` expected") }
        break
      }
    }
  }
}
