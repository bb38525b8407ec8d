/// A piece of a page: text, or an element with attributes and content.
///
/// Text and values of attributes may come from anywhere, since they are escaped when the page is written.
/// Names of elements and attributes, and style sheets, are literals of this module: there is no way to put
/// text of a run into their place.
struct Node: Sendable {
  fileprivate indirect enum Content: Sendable {
    case text(String)
    case element(StaticString, [(name: StaticString, value: AttributeValue)], [Node])
    case several([Node])
    case style(StaticString)
  }
  fileprivate let content: Content

  /// Text, whatever stands in it.
  static func text(_ text: String) -> Node { Node(content: .text(text)) }

  /// Pieces one after another.
  static func several(_ nodes: [Node]) -> Node { Node(content: .several(nodes)) }

  /// A style sheet.
  static func style(_ sheet: StaticString) -> Node { Node(content: .style(sheet)) }

  /// An element: `Node("td", ["class": "number"]) { "0.98" }`.
  init(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, AttributeValue> = [:],
    @NodeBuilder _ children: () -> [Node] = { [] }
  ) {
    content = .element(name, attributes.map { ($0.key, $0.value) }, children())
  }

  private init(content: Content) { self.content = content }
}

/// The value of an attribute: text, or a number as short as a picture needs it.
struct AttributeValue: Sendable, ExpressibleByStringInterpolation, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral
{
  let text: String

  init(stringLiteral value: String) { text = value }
  init(floatLiteral value: Double) { text = Self.short(value) }
  init(integerLiteral value: Int) { text = "\(value)" }

  static func text(_ text: String) -> AttributeValue { AttributeValue(stringLiteral: text) }

  static func number(_ value: Double) -> AttributeValue { .text(short(value)) }

  /// With one decimal: a tenth of a picture's point is not seen.
  static func short(_ value: Double) -> String {
    guard abs(value) < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
  }
}

/// Builds the content of an element from pieces, texts and lists of them.
@resultBuilder
enum NodeBuilder {
  static func buildExpression(_ node: Node) -> [Node] { [node] }
  static func buildExpression(_ node: Node?) -> [Node] { node.map { [$0] } ?? [] }
  static func buildExpression(_ nodes: [Node]) -> [Node] { nodes }
  static func buildExpression(_ text: String) -> [Node] { [.text(text)] }
  static func buildBlock(_ parts: [Node]...) -> [Node] { parts.flatMap { $0 } }
  static func buildOptional(_ part: [Node]?) -> [Node] { part ?? [] }
  static func buildEither(first part: [Node]) -> [Node] { part }
  static func buildEither(second part: [Node]) -> [Node] { part }
  static func buildArray(_ parts: [[Node]]) -> [Node] { parts.flatMap { $0 } }
}

// MARK: Writing

extension Node {
  /// The piece as HTML.
  var html: String {
    var writer = HTMLWriter()
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// A whole page of this one element.
  var page: String { "<!DOCTYPE html>\n" + html + "\n" }
}

private struct HTMLWriter {
  var bytes: [UInt8] = []

  mutating func write(_ node: Node) {
    switch node.content {
    case .text(let text): escape(text)
    case .several(let nodes): for node in nodes { write(node) }
    case .style(let sheet):
      put("<style>")
      put(sheet)
      put("</style>")
    case .element(let name, let attributes, let children):
      bytes.append(UInt8(ascii: "<"))
      put(name)
      for (name, value) in attributes {
        bytes.append(UInt8(ascii: " "))
        put(name)
        put("=\"")
        escape(value.text)
        bytes.append(UInt8(ascii: "\""))
      }
      bytes.append(UInt8(ascii: ">"))
      if Self.isVoid(name) { return }
      for child in children { write(child) }
      put("</")
      put(name)
      bytes.append(UInt8(ascii: ">"))
    }
  }

  private mutating func put(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func escape(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": put("&lt;")
      case ">": put("&gt;")
      case "&": put("&amp;")
      case "\"": put("&quot;")
      case "'": put("&#39;")
      case _ where Self.isUnfit(scalar): bytes.append(contentsOf: "\u{FFFD}".utf8)
      default: bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
  }

  /// Control characters, which HTML does not allow, and those that turn the direction of what follows,
  /// with which a name could make others read as something else.
  private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069,
      0xFDD0...0xFDEF:
      true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }

  /// Elements that have no content and no end.
  private static func isVoid(_ name: StaticString) -> Bool {
    ["meta", "img", "br", "hr"].contains(name.description)
  }
}
