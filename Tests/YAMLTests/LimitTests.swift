import EspalierYAML
import Foundation
import Testing

/// Texts made to eat time or memory are refused, quickly and at the right place.
@Suite struct LimitTests {
  /// The error of a text, which must come within some seconds.
  private func refusal(
    of text: String, limits: YAML.Limits = .standard,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> YAMLError? {
    var result: YAMLError?
    let time = threadTime {
      do throws(YAMLError) {
        _ = try YAML.parse(text, limits: limits)
      } catch {
        result = error
      }
    }
    #expect(time < .seconds(5), sourceLocation: sourceLocation)
    #expect(result != nil, sourceLocation: sourceLocation)
    return result
  }

  private let deep = "collections are nested more than 200 levels deep"

  @Test func tenThousandBrackets() {
    let error = refusal(of: String(repeating: "[", count: 10_000))
    #expect(error?.message == deep)
    #expect(error?.position.description == "1:201")
  }

  @Test func tenThousandDashes() {
    let error = refusal(of: String(repeating: "- ", count: 10_000))
    #expect(error?.message == deep)
    #expect(error?.position.description == "1:401")
  }

  @Test func tenThousandBraces() {
    let error = refusal(of: String(repeating: "{a: ", count: 10_000))
    #expect(error?.message == deep)
    #expect(error?.position.description == "1:801")
  }

  @Test func tenThousandQuestions() {
    #expect(refusal(of: String(repeating: "? ", count: 10_000))?.message == deep)
  }

  @Test func tenThousandIndentations() {
    let text = (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    let error = refusal(of: text)
    #expect(error?.message == deep)
    #expect(error?.position.description == "201:201")
  }

  @Test func theDeepestThatIsAllowed() throws {
    let text = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    var node: Node? = try YAML.parse(text)
    var levels = 0
    while let inner = node, inner.elements != nil {
      levels += 1
      node = inner[0]
    }
    #expect(levels == 200)
  }

  /// Threads beside the main one have 512 KB of stack on macOS.
  @Test func theDeepestEverFitsASmallStack() async throws {
    let brackets = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    let braces = String(repeating: "{a: ", count: 500) + String(repeating: "}", count: 500)
    let dashes = String(repeating: "- ", count: 500) + "x"
    let keys = (0..<500).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    for text in [brackets, braces, dashes, keys] {
      let equal = await withCheckedContinuation { continuation in
        let thread = Thread {
          let limits = YAML.Limits(nesting: 10_000)
          let node = try? YAML.parse(text, limits: limits)
          let written = node.flatMap { try? YAML.emit($0, limits: limits) }
          let again = written.flatMap { try? YAML.parse($0, limits: limits) }
          let same = node.hashValue == again.hashValue && node == again
          continuation.resume(returning: node != nil && same)
        }
        thread.stackSize = 512 << 10
        thread.start()
      }
      #expect(equal)
    }
  }

  @Test func nestingHasACeiling() {
    let error = refusal(
      of: String(repeating: "[", count: 10_000), limits: YAML.Limits(nesting: .max))
    #expect(error?.message == "collections are nested more than 500 levels deep")
  }

  @Test func billionLaughs() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let error = refusal(of: text)
    #expect(error?.message == "the aliases up to here stand for more than 1000000 nodes")
    #expect(error?.position.line == 7)
  }

  @Test func billionLaughsByMerging() {
    var text = "a0: &a0 {k: 1}\n"
    for level in 1...40 {
      text += "a\(level): &a\(level)\n  x\(level): *a\(level - 1)\n  <<: [*a\(level - 1)]\n"
    }
    #expect(refusal(of: text)?.message.hasPrefix("the aliases up to here stand for") == true)
  }

  @Test func aliasesShareTheirTarget() throws {
    let text =
      "a: &a [\(Array(repeating: "1", count: 999).joined(separator: ", "))]\nb:\n"
      + String(repeating: "- *a\n", count: 900)
    let node = try YAML.parse(text)
    let elements = try #require(node["b"]?.elements)
    let addresses = Set(elements.compactMap { $0.elements?.withUnsafeBufferPointer(\.baseAddress) })
    #expect(addresses.count == 1)
  }

  @Test func aliasInsideItsTarget() {
    let error = refusal(of: "a: &a [1, *a]")
    #expect(error?.message == "the alias *a stands inside the value that it refers to")
    #expect(error?.related?.position.description == "1:7")
  }

  @Test func tooManyNodes() {
    let error = refusal(of: "[1, 2, 3, 4]", limits: YAML.Limits(nodes: 4))
    #expect(error?.message == "the document has more than 4 nodes")
    #expect(error?.position.description == "1:11")
    #expect(throws: Never.self) { try YAML.parse("[1, 2, 3]", limits: YAML.Limits(nodes: 4)) }
  }

  @Test func tooManyExpandedNodes() {
    let limits = YAML.Limits(expandedNodes: 7)
    #expect(throws: Never.self) { try YAML.parse("[&a [1], *a, *a]", limits: limits) }
    #expect(refusal(of: "[&a [1], *a, *a, *a]", limits: limits)?.position.column == 18)
  }

  @Test func tooManyBytes() {
    let error = refusal(of: "12345", limits: YAML.Limits(bytes: 4))
    #expect(error?.message == "the text has 5 bytes, more than the 4 allowed")
    #expect(throws: Never.self) { try YAML.parse("1234", limits: YAML.Limits(bytes: 4)) }
  }

  @Test func aLineOfAHundredMegabytes() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 100 << 20)
    let time = threadTime {
      #expect(throws: YAMLError.self) { try YAML.parse(bytes: bytes) }
    }
    #expect(time < .seconds(1))
    // With the limit raised the key is too long, and no time is lost on it.
    var key = bytes[..<(32 << 20)]
    key += Array(": 1".utf8)
    #expect(throws: YAMLError.self) { try YAML.parse(bytes: Array(key)) }
  }

  @Test func longKeys() {
    let key = String(repeating: "ü", count: 1024)
    #expect(throws: Never.self) { try YAML.parse("\(key): 1") }
    #expect(refusal(of: "\(key)x: 1")?.message == "a key cannot be longer than 1024 characters")
    #expect(throws: Never.self) { try YAML.parse("? \(key)x\n: 1") }
    #expect(throws: Never.self) { try YAML.parse("{\"\(key)x\": 1}") }
  }

  /// Each of these would take minutes in a parser that looks back over what it has read.
  @Test func textsMadeToBeSlow() {
    let many = 30_000
    let texts = [
      String(repeating: "\"\u{7F}\" ", count: many),
      "[" + String(repeating: "\"\u{7F}\",", count: many) + "\u{7F}]",
      "{" + (0..<many).map { "[[\($0)]]: ," }.joined() + "[[0]]: }",
      "{" + String(repeating: "? [a]: b,", count: many) + "}",
      "a" + String(repeating: "\n\n#", count: many) + "\nb",
      String(repeating: "a\n", count: many) + ": b",
      String(repeating: "&a ", count: many),
      "- " + String(repeating: "!t\n  ", count: many),
      String(repeating: "%YAMM x\n", count: many),
      String(repeating: "'", count: many * 2 + 1),
      "|\n" + String(repeating: " \n", count: many) + "\tx\n x: y",
    ]
    for text in texts { _ = refusal(of: text) }
  }
}
