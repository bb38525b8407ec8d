/// One JSON object in one line, written key by key.
struct JSONLine {
  private var parts: [String] = []

  var text: String { "{" + parts.joined(separator: ",") + "}" }

  mutating func add(_ key: String, _ text: String) {
    parts.append(Self.quoted(key) + ":" + Self.quoted(text))
  }
  mutating func add(_ key: String, _ number: Int) { parts.append(Self.quoted(key) + ":\(number)") }
  /// JSON has no numbers that are not finite: null takes their place.
  mutating func add(_ key: String, _ number: Double) {
    parts.append(Self.quoted(key) + ":" + (number.isFinite ? shortest(number) : "null"))
  }
  mutating func add(_ key: String, _ line: JSONLine) {
    parts.append(Self.quoted(key) + ":" + line.text)
  }
  mutating func add(_ key: String, _ texts: [String]) {
    parts.append(
      Self.quoted(key) + ":[" + texts.map(Self.quoted).joined(separator: ",") + "]")
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The whole number that a line of this writer has under its first key of this name.
  static func integer(_ key: String, in line: String) -> Int? {
    guard line.hasPrefix("{"), line.hasSuffix("}") else { return nil }
    let mark = Array((quoted(key) + ":").utf8)
    let bytes = Array(line.utf8)
    guard bytes.count > mark.count else { return nil }
    for start in 0..<bytes.count - mark.count
    where bytes[start] == mark[0] && bytes[start..<start + mark.count].elementsEqual(mark) {
      let rest = bytes[(start + mark.count)...].prefix { (48...57).contains($0) }
      return Int(String(decoding: rest, as: UTF8.self))
    }
    return nil
  }
}
