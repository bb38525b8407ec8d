import EspalierYAML
import Testing

/// JSON, encodings, and what an error says.
@Suite struct SyntaxTests {
  @Test func json() throws {
    let text =
      "{\n\t\"a\":[1,2.5e3,-0.1,true,false,null],\n\t\"b\":{\"c\":\"\\ud83d\\ude00\\n\\/\"}\n}"
    let node = try YAML.parse(text)
    #expect(
      node["a"]?.elements?.map(\.value) == [
        .int(1), .float(2500), .float(-0.1), .bool(true), .bool(false), .null,
      ])
    #expect(node["b"]?["c"]?.text == "😀\n/")
  }

  @Test func aConfigAsPeopleWriteIt() throws {
    let text = """
      model:
        - dense: {units: 64, activation: relu}
        - dropout: 0.1
      betas: [
        0.9,
        0.999,  # the second
      ]
      path: ${env:HOME:-/tmp}/data
      note: it's 5% "good"; see http://example.org/#top
      empty:
      """
    let node = try YAML.parse(text)
    #expect(node["model"]?[0]?["dense"]?["units"]?.value == .int(64))
    #expect(node["betas"] == .sequence([.float(0.9), .float(0.999)]))
    #expect(node["path"]?.text == "${env:HOME:-/tmp}/data")
    #expect(node["note"]?.text == "it's 5% \"good\"; see http://example.org/#top")
    #expect(node["empty"]?.isNull == true)
    #expect(node["absent"] == nil)
  }

  @Test func encodings() throws {
    let text = "größe: 😀"
    let expected = Node.mapping([("größe", .string("😀"))])
    for mark in [true, false] {
      var big16: [UInt8] = mark ? [0xFE, 0xFF] : []
      var little16: [UInt8] = mark ? [0xFF, 0xFE] : []
      var big32: [UInt8] = mark ? [0, 0, 0xFE, 0xFF] : []
      var little32: [UInt8] = mark ? [0xFF, 0xFE, 0, 0] : []
      for unit in text.utf16 {
        big16 += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        little16 += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      }
      for scalar in text.unicodeScalars {
        let bytes = (0..<4).map { UInt8(scalar.value >> (24 - 8 * $0) & 0xFF) }
        big32 += bytes
        little32 += bytes.reversed()
      }
      let utf8 = (mark ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
      for bytes in [big16, little16, big32, little32, utf8] {
        #expect(try YAML.parse(bytes: bytes) == expected)
      }
      #expect(throws: YAMLError.self) { try YAML.parse(bytes: big16.dropLast() + []) }
      #expect(throws: YAMLError.self) { try YAML.parse(bytes: little32.dropLast() + []) }
    }
  }

  @Test func charactersThatAreRefused() {
    let cases: [([UInt8], String, Int)] = [
      ([0x61, 0x62, 0x00], "a NUL character is not allowed", 3),
      ([0x61, 0x1B], "a control character is not allowed", 2),
      ([0x61, 0xFF], "the text is not valid UTF-8", 2),
      ([0x61, 0xC0, 0x80], "the text is not valid UTF-8", 2),
      ([0x61, 0xED, 0xA0, 0x80], "the text is not valid UTF-8", 2),
      ([0x61, 0xE2, 0x82], "the text is not valid UTF-8", 2),
    ]
    for (bytes, message, column) in cases {
      do {
        _ = try YAML.parse(bytes: bytes)
        Issue.record("accepted \(bytes)")
      } catch {
        #expect(error.message == message)
        #expect(error.position.column == column)
      }
    }
    #expect(throws: YAMLError.self) { try YAML.parse("a\u{7F}") }
    #expect(throws: Never.self) { try YAML.parse("\"a\u{7F}\"") }
  }

  @Test func emptyTextsAndSeveralDocuments() throws {
    #expect(try YAML.parse("").isNull)
    #expect(try YAML.parse("# nothing\n").isNull)
    #expect(try YAML.parseAll("").isEmpty)
    #expect(try YAML.parseAll("---\n---\n").count == 2)
    #expect(throws: YAMLError.self) { try YAML.parse("a\n---\nb") }
  }

  @Test(arguments: [
    ("a:\n\tb: 1", "text:2:1: a tab cannot indent a block; use spaces"),
    (
      "a: b: c",
      "text:1:5: a mapping cannot start on this line, found `:`; "
        + "begin it on a line of its own, or quote the text"
    ),
    ("a: 'x", "text:1:6: the document ends before the quote is closed (the quote opens: 1:4)"),
    (
      "a: [1, 2",
      "text:1:9: the document ends before the bracket `[` is closed "
        + "(the bracket opens: 1:4)"
    ),
    (
      "a: [1 2, {b: c]",
      "text:1:15: a comma or `}` is missing, found `]` "
        + "(the bracket opens: 1:10)"
    ),
    (
      "a: @b",
      "text:1:4: a text cannot begin with this sign, which is reserved, found `@b`; "
        + "quote it"
    ),
    (
      "a: *b",
      "text:1:4: no anchor &b stands before this alias, found `*b`; "
        + "declare it above, or quote a text that begins with `*`"
    ),
    (
      "a: 1\n  b: 2",
      "text:2:4: a key must stand on one line with its `:` "
        + "(the key starts: 1:4)"
    ),
    (
      "a: 1\nb",
      "text:2:1: a key must be followed by `: `, found `b`; "
        + "check the indentation, or the quotes around a text of several lines"
    ),
    (
      "  a: 1\n b: 2",
      "text:2:2: this does not belong to the value above, found `b:`; "
        + "a document holds one value; check the indentation"
    ),
    (
      "a: \"\\d\"",
      "text:1:5: this escape is not known, found `\\d\"`; "
        + "write `\\\\` for a backslash, or use single quotes"
    ),
    (
      "a: !x!y 1",
      "text:1:4: the tag handle !x! is not declared; "
        + "declare it with %TAG before the document"
    ),
    ("a: \"x\"#c", "text:1:7: a comment needs a space before its `#`"),
  ]) func messages(text: String, message: String) {
    do {
      _ = try YAML.parse(text)
      Issue.record("accepted")
    } catch {
      #expect(error.description == message)
    }
  }
}
