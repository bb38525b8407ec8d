/// Where the list of a bundle stands in a Swift file: between the braces of
/// `PluginBundle("name") { … }`.
struct BundleList: Sendable {
  /// Behind the opening brace, to the closing one, counted in bytes.
  private let body: Range<Int>

  /// The lists of a file. What stands in comments and texts is none.
  static func all(in text: String) -> [BundleList] {
    let bytes = Array(text.utf8)
    let name = Array("PluginBundle".utf8)
    var lists: [BundleList] = []
    var place = 0
    while place < bytes.count {
      if let end = behindText(bytes, place) {
        place = end
      } else if bytes[place...].starts(with: name), !isWord(bytes, place - 1),
        let open = next(bytes, place + name.count), bytes[open] == UInt8(ascii: "("),
        let close = closing(bytes, open), let brace = next(bytes, close + 1),
        bytes[brace] == UInt8(ascii: "{"), let end = closing(bytes, brace)
      {
        lists.append(BundleList(body: brace + 1..<end))
        place = end
      } else {
        place += 1
      }
    }
    return lists
  }

  /// The file with a type added behind the others.
  func adding(_ type: String, to text: String) -> String {
    let bytes = Array(text.utf8)
    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    let head = string(0..<body.lowerBound)
    let inner = string(body)
    let tail = string(body.upperBound..<bytes.count)
    let isBlank = inner.allSatisfy(\.isWhitespace)
    if !inner.contains(where: \.isNewline) {
      let trimmed = inner.split(separator: " ").joined(separator: " ")
      return head + (isBlank ? "" : " " + trimmed + ";") + " \(type).self " + tail
    }
    // The line of the closing brace keeps its indentation; the new one has that of the others.
    let lines = inner.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let closing = lines.last.map(String.init) ?? ""
    let filled = lines.dropFirst().dropLast().last { !$0.allSatisfy(\.isWhitespace) }
    let margin =
      filled.map { String($0.prefix(while: \.isWhitespace)) }
      ?? closing.prefix(while: \.isWhitespace) + "  "
    // Something stands before the brace on its line: it goes on a line of its own.
    guard closing.allSatisfy(\.isWhitespace) else {
      return head + inner + "\n" + margin + type + ".self\n" + tail
    }
    let before = isBlank ? "" : lines.dropLast().joined(separator: "\n")
    return head + before + "\n" + margin + type + ".self\n" + closing + tail
  }

  // MARK: Reading Swift

  /// The end of the comment or text that begins here; `nil` when none does.
  private static func behindText(_ bytes: [UInt8], _ start: Int) -> Int? {
    func starts(_ text: String, _ place: Int) -> Bool { bytes[place...].starts(with: text.utf8) }
    /// Behind the next place of a text, or at the end of all.
    func end(_ mark: String, _ start: Int, escapes: Bool = false) -> Int {
      var place = start
      while place < bytes.count {
        if starts(mark, place) { return place + mark.utf8.count }
        place += escapes && bytes[place] == UInt8(ascii: "\\") ? 2 : 1
      }
      return bytes.count
    }
    if starts("//", start) { return end("\n", start) }
    if starts("/*", start) { return end("*/", start + 2) }
    if starts("\"\"\"", start) { return end("\"\"\"", start + 3, escapes: true) }
    if starts("\"", start) { return end("\"", start + 1, escapes: true) }
    return nil
  }

  /// The next place that is neither blank nor in a comment.
  private static func next(_ bytes: [UInt8], _ start: Int) -> Int? {
    var place = start
    while place < bytes.count {
      if [32, 9, 10, 13].contains(bytes[place]) {
        place += 1
      } else if bytes[place] == UInt8(ascii: "/"), let end = behindText(bytes, place) {
        place = end
      } else {
        return place
      }
    }
    return nil
  }

  /// The place of the bracket that closes the one here.
  private static func closing(_ bytes: [UInt8], _ open: Int) -> Int? {
    var depth = 0
    var place = open
    while place < bytes.count {
      if let end = behindText(bytes, place) {
        place = end
        continue
      }
      if "([{".utf8.contains(bytes[place]) { depth += 1 }
      if ")]}".utf8.contains(bytes[place]) {
        depth -= 1
        if depth == 0 { return place }
      }
      place += 1
    }
    return nil
  }

  private static func isWord(_ bytes: [UInt8], _ place: Int) -> Bool {
    guard place >= 0 else { return false }
    let byte = bytes[place]
    return byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte >= 0x80
      || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
      || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
  }
}
