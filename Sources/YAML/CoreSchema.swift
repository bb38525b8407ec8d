/// The core schema of YAML 1.2: what a plain scalar means.
///
/// Null is empty, `~` or `null`; truth is `true` or `false`; a whole number is decimal, `0o17` or
/// `0x1F`; a float is `1.5`, `.5`, `1e-3`, `.inf`, `.nan`. All else is text: `no`, `1_000`, `0b1`,
/// `12:30`, `2026-01-02`.
enum CoreSchema {
  static let prefix = "tag:yaml.org,2002:"

  /// The tag if it is one that the core schema does not interpret.
  static func customTag(_ tag: String?) -> String? {
    guard let tag, tag != "!" else { return nil }
    guard tag.hasPrefix(prefix) else { return tag }
    switch tag.dropFirst(prefix.count) {
    case "str", "int", "float", "bool", "null", "map", "seq": return nil
    default: return tag
    }
  }

  /// What a scalar means, or nil if its tag asks for what its text is not.
  static func value(of scalar: Node.Scalar, tag: String?) -> Node.Value? {
    guard let tag else {
      return scalar.style == .plain ? plain(scalar.text) : .string(scalar.text)
    }
    guard tag.hasPrefix(prefix) else { return .string(scalar.text) }
    switch tag.dropFirst(prefix.count) {
    case "null":
      guard case .null = plain(scalar.text) else { return nil }
      return .null
    case "bool":
      guard case .bool(let value) = plain(scalar.text) else { return nil }
      return .bool(value)
    case "int":
      switch plain(scalar.text) {
      case .int(let value): return .int(value)
      case .float(let value) where isInteger(scalar.text): return .float(value)
      default: return nil
      }
    case "float":
      switch plain(scalar.text) {
      case .int(let value): return .float(Double(value))
      case .float(let value): return .float(value)
      default: return nil
      }
    default: return .string(scalar.text)
    }
  }

  /// What a text means where it is written without quotes and without a tag.
  static func plain(_ text: String) -> Node.Value {
    switch text.utf8.first {
    case nil: return .null
    case UInt8(ascii: "~"): return text == "~" ? .null : .string(text)
    case UInt8(ascii: "n"), UInt8(ascii: "N"):
      return text == "null" || text == "Null" || text == "NULL" ? .null : .string(text)
    case UInt8(ascii: "t"), UInt8(ascii: "T"):
      return text == "true" || text == "True" || text == "TRUE" ? .bool(true) : .string(text)
    case UInt8(ascii: "f"), UInt8(ascii: "F"):
      return text == "false" || text == "False" || text == "FALSE" ? .bool(false) : .string(text)
    case .some(UInt8(ascii: "+")), .some(UInt8(ascii: "-")), .some(Byte.dot), .some(0x30...0x39):
      return number(text) ?? .string(text)
    default:
      return .string(text)
    }
  }

  private static func isInteger(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 != Byte.dot && $0 | 0x20 != UInt8(ascii: "e") }
      || text.hasPrefix("0x")
  }

  private static func number(_ text: String) -> Node.Value? {
    let bytes = Array(text.utf8)
    if bytes.count > 2, bytes[0] == 0x30 {
      if bytes[1] == UInt8(ascii: "o") { return integer(bytes[2...], radix: 8) }
      if bytes[1] == UInt8(ascii: "x") { return integer(bytes[2...], radix: 16) }
    }
    let signed = bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+")
    let body = bytes[(signed ? 1 : 0)...]
    if body.first == Byte.dot {
      switch String(decoding: body, as: UTF8.self) {
      case ".inf", ".Inf", ".INF":
        return .float(bytes[0] == UInt8(ascii: "-") ? -.infinity : .infinity)
      case ".nan", ".NaN", ".NAN": return signed ? nil : .float(.nan)
      default: break
      }
    }
    switch form(of: body) {
    case .integer: return Int(text).map(Node.Value.int) ?? Double(text).map(Node.Value.float)
    case .float: return Double(text).map(Node.Value.float)
    case .neither: return nil
    }
  }

  private enum Form { case integer, float, neither }

  /// Tells `[0-9]+` from `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` from anything else.
  private static func form(of bytes: ArraySlice<UInt8>) -> Form {
    var rest = bytes
    func digits() -> Int {
      let count = rest.prefix(while: Byte.isDigit).count
      rest = rest.dropFirst(count)
      return count
    }
    let whole = digits()
    if rest.isEmpty { return whole > 0 ? .integer : .neither }
    var fraction = 0
    if rest.first == Byte.dot {
      rest = rest.dropFirst()
      fraction = digits()
    }
    guard whole + fraction > 0 else { return .neither }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      guard digits() > 0 else { return .neither }
    }
    return rest.isEmpty ? .float : .neither
  }

  private static func integer(_ digits: ArraySlice<UInt8>, radix: UInt32) -> Node.Value? {
    var exact: Int? = 0
    var rounded = 0.0
    for byte in digits {
      guard let digit = Byte.hexadecimal(byte), digit < radix else { return nil }
      rounded = rounded * Double(radix) + Double(digit)
      guard let sofar = exact else { continue }
      let (product, overflows) = sofar.multipliedReportingOverflow(by: Int(radix))
      let (sum, carries) = product.addingReportingOverflow(Int(digit))
      exact = overflows || carries ? nil : sum
    }
    return exact.map(Node.Value.int) ?? .float(rounded)
  }
}
