#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads separated values record by record (RFC 4180): quotes, doubled quotes and line breaks within
/// them, LF, CRLF and CR, a byte order mark, blank lines passed over.
package struct CSVReader {
  private struct Field {
    var start: Int
    var end: Int
    /// Whether it stood in quotes, and whether a doubled quote is within.
    var quoted: Bool
    var escaped: Bool
  }

  /// Texts that stand for a value that is not there.
  package static let missingTokens: Set<String> = [
    "", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "#N/A", "<NA>", "?",
  ]

  private var bytes: UnsafeBufferPointer<UInt8>
  package let file: String
  package let separator: UInt8
  private var position: Int
  private var lineAtPosition = 1
  private var fields: [Field] = []
  /// The line on which the current record begins, from 1.
  package private(set) var line = 0
  /// Whether no record so far reached over several lines, and none ended with a carriage return alone.
  package private(set) var isPlain = true
  /// The file whose pages are given back behind the reader, where it is larger than memory.
  package var releases: MappedFile? {
    didSet { nextRelease = releases == nil ? .max : position + Self.releasedBytes }
  }
  private var nextRelease = Int.max
  private static let releasedBytes = 1 << 23

  /// - Parameters:
  ///   - bytes: the file's bytes, alive as long as the reader is used.
  ///   - separator: found from the first lines when not given.
  package init(
    _ raw: UnsafeRawBufferPointer, file: String, separator: UInt8? = nil
  ) throws(FormatError) {
    bytes = raw.bindMemory(to: UInt8.self)
    self.file = file
    if bytes.count >= 2,
      bytes[0] == 0xFF && bytes[1] == 0xFE || bytes[0] == 0xFE && bytes[1] == 0xFF
    {
      throw FormatError(file, "is UTF-16 text; UTF-8 is needed")
    }
    if bytes.prefix(1 << 12).contains(0) {
      let isArchive = bytes.starts(with: [0x50, 0x4B, 3, 4])
      throw FormatError(
        file,
        isArchive
          ? "is a zip archive: unpack it, or pack the table alone by gzip"
          : "is no table of text: it holds bytes of 0")
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    position = bytes.starts(with: mark) ? 3 : 0
    self.separator = separator ?? CSVReader.detectSeparator(bytes, from: position)
  }

  /// A reader of some records of a file, cut out where records begin.
  ///
  /// - Parameter line: the line of the file on which they begin, from 1.
  package init(
    records raw: UnsafeRawBufferPointer, file: String, separator: UInt8, line: Int
  ) {
    bytes = raw.bindMemory(to: UInt8.self)
    self.file = file
    position = 0
    lineAtPosition = line
    self.separator = separator
  }

  /// Goes to other records, as ``init(records:file:separator:line:)`` does.
  package mutating func move(to raw: UnsafeRawBufferPointer, line: Int) {
    bytes = raw.bindMemory(to: UInt8.self)
    position = 0
    lineAtPosition = line
  }

  /// Where the next record begins, blank lines before it included, and on which line.
  package var place: (offset: Int, line: Int) { (position, lineAtPosition) }

  /// Goes past records, each of which is a line of its own (``isPlain``).
  package mutating func skipLines(_ count: Int) {
    var left = count
    while left > 0, position < bytes.count {
      let start = bytes.baseAddress! + position
      let end = memchr(start, 0x0A, bytes.count - position)
      let length = end.map { UnsafeRawPointer($0) - UnsafeRawPointer(start) }
      let isBlank = length == 0 || length == 1 && start[0] == 0x0D
      position += length.map { $0 + 1 } ?? bytes.count - position
      lineAtPosition += 1
      if !isBlank { left -= 1 }
    }
  }

  /// The separator that stands equally often on each of the first lines, the most frequent of them.
  private static func detectSeparator(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> UInt8 {
    let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
    var lines: [[Int]] = []
    var counts = [0, 0, 0, 0]
    var quoted = false
    var empty = true
    for byte in bytes[start...] {
      if byte == UInt8(ascii: "\"") { quoted.toggle() }
      if !quoted, byte == 0x0A || byte == 0x0D {
        if !empty { lines.append(counts) }
        if lines.count == 20 { break }
        counts = [0, 0, 0, 0]
        empty = true
        continue
      }
      empty = false
      if !quoted, let which = candidates.firstIndex(of: byte) { counts[which] += 1 }
    }
    if !empty, lines.count < 20 { lines.append(counts) }
    guard let first = lines.first else { return candidates[0] }
    let even = candidates.indices.filter { which in
      first[which] > 0 && lines.allSatisfy { $0[which] == first[which] }
    }
    let choice = (even.isEmpty ? Array(candidates.indices) : even).max {
      // The earlier of two that are equally frequent.
      (first[$0], -$0) < (first[$1], -$1)
    }
    return candidates[choice ?? 0]
  }

  /// Goes on to the next record.
  /// - Returns: whether there is one.
  package mutating func next() throws(FormatError) -> Bool {
    while position < bytes.count {
      if position >= nextRelease {
        releases?.release(position - 2 * Self.releasedBytes..<position)
        nextRelease = position + Self.releasedBytes
      }
      fields.removeAll(keepingCapacity: true)
      line = lineAtPosition
      try readRecord()
      if fields.count == 1, fields[0].start == fields[0].end, !fields[0].quoted { continue }
      return true
    }
    fields.removeAll(keepingCapacity: true)
    return false
  }

  private mutating func readRecord() throws(FormatError) {
    let count = bytes.count
    let separator = separator
    while true {
      var place = position
      if place < count, bytes[place] == UInt8(ascii: "\"") {
        fields.append(try quotedField())
        place = position
      } else {
        let start = place
        while place < count {
          let byte = bytes[place]
          if byte == separator || byte == 0x0A || byte == 0x0D { break }
          place += 1
        }
        fields.append(Field(start: start, end: place, quoted: false, escaped: false))
      }
      position = place
      guard place < count else { return }
      position = place + 1
      if bytes[place] == separator { continue }
      if bytes[place] == 0x0D {
        if position < count, bytes[position] == 0x0A { position += 1 } else { isPlain = false }
      }
      lineAtPosition += 1
      return
    }
  }

  /// A field in quotes; ends behind the closing one.
  private mutating func quotedField() throws(FormatError) -> Field {
    let opening = lineAtPosition
    var field = Field(start: position + 1, end: position + 1, quoted: true, escaped: false)
    var place = position + 1
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        if place + 1 < bytes.count, bytes[place + 1] == byte {
          field.escaped = true
          place += 2
          continue
        }
        field.end = place
        position = place + 1
        if position < bytes.count {
          let after = bytes[position]
          guard after == separator || after == 0x0A || after == 0x0D else {
            throw FormatError(
              file,
              "line \(lineAtPosition): text after a closing quote; a quote within quotes is "
                + "written twice")
          }
        }
        return field
      }
      if byte == 0x0A || byte == 0x0D && !(place + 1 < bytes.count && bytes[place + 1] == 0x0A) {
        lineAtPosition += 1
        isPlain = false
      }
      place += 1
    }
    throw FormatError(file, "line \(opening): a quote is opened and never closed")
  }

  // MARK: The current record

  /// Number of fields.
  package var count: Int { fields.count }

  package func text(_ field: Int) -> String {
    let part = fields[field]
    let slice = UnsafeBufferPointer(rebasing: bytes[part.start..<part.end])
    let text = String(decoding: slice, as: UTF8.self)
    guard part.escaped else { return text }
    var result = ""
    var previousWasQuote = false
    for character in text.unicodeScalars {
      if character == "\"", previousWasQuote {
        previousWasQuote = false
        continue
      }
      previousWasQuote = character == "\""
      result.unicodeScalars.append(character)
    }
    return result
  }

  /// The field's number, if it is one and nothing else.
  package func number(_ field: Int, decimal: UInt8 = UInt8(ascii: ".")) -> Double? {
    let part = fields[field]
    return NumberText.parse(
      UnsafeBufferPointer(rebasing: bytes[part.start..<part.end]), decimal: decimal)
  }

  /// Whether the field says that its value is not known.
  package func isMissing(_ field: Int) -> Bool {
    let part = fields[field]
    // No such token is longer, and most fields are numbers: no text is made for them.
    guard part.end - part.start <= 16 else { return false }
    return Self.missingTokens.contains(Self.trimmed(text(field)))
  }

  /// The text without blanks around it.
  package static func trimmed(_ text: String) -> String {
    var part = text[...]
    while let first = part.first, first == " " || first == "\t" { part.removeFirst() }
    while let last = part.last, last == " " || last == "\t" { part.removeLast() }
    return String(part)
  }
}
