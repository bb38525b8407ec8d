import EspalierYAML
import Testing

/// What is written reads back to an equal tree.
@Suite struct EmitterTests {
  @Test func aResolvedConfig() throws {
    let node = Node.mapping([
      ("name", .string("run")),
      (
        "model",
        .sequence([
          .mapping([("dense", .mapping([("units", .int(64)), ("bias", .bool(true))]))]),
          .mapping([("dropout", .float(0.1))]),
          .string("gelu"),
          .sequence([.int(1), .sequence([.int(2)])]),
        ])
      ),
      ("answer", .string("no")),
      ("rate", .float(1e-5)),
      ("nothing", .null),
      ("none", .sequence([])),
      ("map", .mapping([])),
      ("text", .string("one\ntwo\n")),
    ])
    let text = """
      name: run
      model:
        - dense:
            units: 64
            bias: true
        - dropout: 0.1
        - gelu
        - - 1
          - - 2
      answer: "no"
      rate: 1.0e-05
      nothing: null
      none: []
      map: {}
      text: |
        one
        two

      """
    #expect(try YAML.emit(node) == text)
    #expect(try YAML.parse(text) == node)
  }

  @Test(arguments: [
    "", "~", "null", "no", "NO", "Yes", "on", "y", "1", "012", "0o14", "0x1F", "1e3", "1_000",
    "1e-3", ".5", ".inf", "nan", "12:30:45", "2026-01-02", "a: b", "a #b", " a", "a ", "a:",
    "-", "- a", "? a", ": a", "#", "&a", "*a", "!a", "|", ">", "'", "\"", "%a", "@a", "`a", "[",
    "{", "}", ",", "a, b", "---", "...", "=", "<<", "a\n", "\na", "a\n\n", "a\nb", " a\nb",
    "a\n b\n", "a\tb", "\t", "a\r\nb", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "\0", "😀",
    "größe", "a\\b", "\"a\"", "a'b", "true", "False", "a\n#b", "a\n---\nb", "# a\nb\n",
    "--- a\n", "a\n  \nb", "\u{E000}", "e\u{301}", "\u{E9}", "${a.b}", "$", "a\u{A0}",
  ]) func everyTextComesBack(text: String) throws {
    let trees: [Node] = [
      .string(text), .sequence([.string(text)]), .mapping([(text, .string(text))]),
      .mapping([("a", .sequence([.mapping([(text, .string(text))])]))]),
    ]
    for tree in trees {
      let written = try YAML.emit(tree)
      #expect(try YAML.parse(written) == tree, "\(written)")
    }
  }

  @Test(arguments: ["no", "1e3", "012", "", "~", " a", "a: b", "a #b", "0o14", "1_000", "12:30"])
  func textsThatOthersMisreadAreQuoted(text: String) throws {
    #expect(try YAML.emit(.string(text)) == "\"\(text)\"\n")
  }

  @Test func floatsAreShortAndExact() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      let value = Double(bitPattern: random.next())
      let again = try YAML.parse(try YAML.emit(.float(value))).value
      #expect(again == .float(value))
    }
    #expect(try YAML.emit(.float(0.1)) == "0.1\n")
    #expect(try YAML.emit(.float(1e22)) == "1.0e+22\n")
    #expect(try YAML.emit(.float(-.infinity)) == "-.inf\n")
    #expect(try YAML.emit(.float(3)) == "3.0\n")
  }

  @Test func theSuitesDocumentsComeBack() throws {
    var count = 0
    let options = YAML.Options(allowsDuplicateKeys: true, resolvesMergeKeys: false)
    for each in SuiteCase.valid {
      for node in try YAML.parseAll(each.yaml, options: options) {
        let text = try YAML.emit(node)
        let again = try YAML.parse(text, options: options)
        #expect(again == node, "\(each.id): \(text)")
        count += 1
      }
    }
    #expect(count > 308)
  }

  @Test(arguments: 0..<10) func randomTreesComeBack(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<200 {
      let tree = randomTree(depth: 5, &random)
      let text = try YAML.emit(tree)
      #expect(try YAML.parse(text) == tree, "\(text)")
    }
  }

  private func randomTree(depth: Int, _ random: inout SeededGenerator) -> Node {
    let size = Int.random(in: 0..<5, using: &random)
    var node: Node
    switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
    case 0: node = .null
    case 1: node = .bool(Bool.random(using: &random))
    case 2: node = .int(Int.random(in: .min ... .max, using: &random))
    case 3: node = .float(Double(bitPattern: random.next()))
    case 4: node = .string(randomText(&random))
    case 5, 6:
      var entries: [Node.Entry] = []
      var keys = Set<Node>()
      for _ in 0..<size {
        let simple = Int.random(in: 0..<4, using: &random) > 0
        let key = simple ? Node.string(randomText(&random)) : randomTree(depth: 1, &random)
        guard keys.insert(key).inserted else { continue }
        entries.append(Node.Entry(key: key, value: randomTree(depth: depth - 1, &random)))
      }
      node = Node(.mapping(entries))
    default: node = .sequence((0..<size).map { _ in randomTree(depth: depth - 1, &random) })
    }
    let tags = ["!local", "tag:yaml.org,2002:set", "tag:example.org,2026:a b", "!with,comma"]
    if Int.random(in: 0..<12, using: &random) == 0, node.style != .plain {
      node.tag = tags.randomElement(using: &random)
    }
    return node
  }

  private func randomText(_ random: inout SeededGenerator) -> String {
    let signs = Array("ab1 -?:,[]{}#&*!|>'\"%@`\t\n\r.~é😀\u{85}\u{0}\\")
    let length = Int.random(in: 0..<12, using: &random)
    return String((0..<length).map { _ in signs.randomElement(using: &random) ?? "a" })
  }

  @Test func treesTooDeepOrTooLarge() {
    var node = Node.int(1)
    for _ in 0..<300 { node = .sequence([node]) }
    #expect(throws: YAMLError.self) { try YAML.emit(node) }
    node = .int(1)
    for _ in 0..<30 { node = .sequence([node, node, node]) }
    #expect(throws: YAMLError.self) { try YAML.emit(node) }
  }
}
