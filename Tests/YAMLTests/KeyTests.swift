import EspalierYAML
import Testing

/// Keys are unique, and merge keys bring the entries of other mappings.
@Suite struct KeyTests {
  private func error(_ text: String) -> YAMLError? {
    do {
      _ = try YAML.parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test func bothPlacesOfADuplicate() {
    let error = error("lr: 1\nmodel:\n  a: 1\n  b: 2\n  \"a\": 3\n")
    #expect(error?.message == "the key `a` is written twice in this mapping")
    #expect(error?.position.description == "5:3")
    #expect(error?.related?.position.description == "3:3")
    #expect(
      error?.description == "text:5:3: the key `a` is written twice in this mapping; "
        + "remove one of them (first written: 3:3)")
  }

  @Test(arguments: [
    "{a: 1, a: 2}", "{1: a, 0x1: b}", "? [1, 2]\n: a\n? [1, 2]\n: b", "{~: a, : b}",
  ])
  func equalKeys(text: String) {
    #expect(error(text)?.message.hasSuffix("written twice in this mapping") == true)
  }

  @Test(arguments: ["{1: a, '1': b}", "{1: a, 1.0: b}", "{a: 1, A: 2}", "{[1]: a, [2]: b}"])
  func differentKeys(text: String) throws {
    #expect(try YAML.parse(text).entries?.count == 2)
  }

  @Test func duplicatesMayBeAllowed() throws {
    let node = try YAML.parse("{a: 1, a: 2}", options: YAML.Options(allowsDuplicateKeys: true))
    #expect(node.entries?.count == 2)
  }

  static let base = "base: &base\n  lr: 1\n  decay: 2\n"

  @Test func ownKeysWin() throws {
    let node = try YAML.parse(Self.base + "run:\n  <<: *base\n  lr: 3\n")
    let run = try #require(node["run"])
    #expect(run == .mapping([("decay", .int(2)), ("lr", .int(3))]))
    #expect(run["decay"]?.start?.description == "3:10")
    #expect(run.entries?.first?.mergedAt?.description == "5:3")
    #expect(run.entries?.last?.mergedAt == nil)
  }

  @Test func theFirstOfSeveralWins() throws {
    let text = Self.base + "more: &more {lr: 5, extra: 6}\nrun: {<<: [*more, *base]}\n"
    let run = try YAML.parse(text)["run"]
    #expect(run == .mapping([("lr", .int(5)), ("extra", .int(6)), ("decay", .int(2))]))
  }

  @Test func mergesChain() throws {
    let text = Self.base + "a: &a {<<: *base, x: 1}\nb: {<<: *a, y: 2}\n"
    #expect(
      try YAML.parse(text)["b"]?.entries?.compactMap(\.key.text) == ["lr", "decay", "x", "y"])
  }

  @Test func quotedMergeKeyIsAKey() throws {
    #expect(try YAML.parse("{'<<': 1}")["<<"]?.value == .int(1))
    let options = YAML.Options(resolvesMergeKeys: false)
    #expect(try YAML.parse("{<<: 1}", options: options)["<<"]?.value == .int(1))
  }

  @Test(arguments: ["<<: 1", "<<: [1]", "<<: [[a]]"]) func mergeOfNoMapping(text: String) {
    #expect(error(text)?.message == "`<<` takes a mapping or a list of mappings")
  }
}
