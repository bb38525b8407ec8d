import EspalierYAML
import Testing

/// The official test suite, tag data-2022-01-17: 279 texts with JSON, 29 without, 94 to refuse.
@Suite struct SuiteTests {
  // The suite is YAML 1.2 alone, which knows no merge keys.
  static let options = YAML.Options(resolvesMergeKeys: false)

  @Test func allCasesAreThere() {
    #expect(SuiteCase.all.count == 402)
    #expect(SuiteCase.invalid.count == 94)
    #expect(SuiteCase.valid.filter { $0.json != nil }.count == 279)
  }

  @Test func everyInvalidTextIsRefused() {
    var accepted: [String] = []
    for each in SuiteCase.invalid {
      if (try? YAML.events(bytes: Array(each.yaml.utf8))) != nil { accepted.append(each.id) }
    }
    #expect(accepted == [])
  }

  @Test func everyRefusalNamesAPlaceInTheText() {
    for each in SuiteCase.invalid {
      do {
        _ = try YAML.events(bytes: Array(each.yaml.utf8), name: each.id)
      } catch {
        #expect(error.position.offset <= each.yaml.utf8.count, "\(error)")
        #expect(error.name == each.id)
        #expect(!error.message.isEmpty && !error.message.hasSuffix("."))
      }
    }
  }

  @Test func everyValidTextGivesItsEvents() {
    var wrong: [String] = []
    for each in SuiteCase.valid {
      do {
        let text = eventText(try YAML.events(bytes: Array(each.yaml.utf8), name: each.id))
        if text != each.event { wrong.append("\(each.id)\n\(each.yaml)\n\(text)\n\(each.event)") }
      } catch {
        wrong.append("\(error)\n\(each.yaml)")
      }
    }
    #expect(wrong == [])
  }

  @Test func everyValidTextGivesItsJSON() {
    var equal = 0
    for each in SuiteCase.valid {
      guard let json = each.json else { continue }
      do {
        let nodes = try YAML.parseAll(each.yaml, name: each.id, options: Self.options)
        if nodes.map(JSON.init) == json {
          equal += 1
        } else {
          Issue.record("\(each.id): \(nodes.map(JSON.init)) is not \(json)")
        }
      } catch {
        Issue.record("\(error)")
      }
    }
    #expect(equal == 279)
  }

  @Test func textsWithoutJSONComposeToo() {
    var composed = 0
    var refused: [String] = []
    for each in SuiteCase.valid where each.json == nil {
      do {
        _ = try YAML.parseAll(each.yaml, name: each.id, options: Self.options)
        composed += 1
      } catch {
        #expect(error.message.hasSuffix("is written twice in this mapping"), "\(error)")
        refused.append(each.id)
        let lenient = YAML.Options(allowsDuplicateKeys: true, resolvesMergeKeys: false)
        #expect(throws: Never.self) { try YAML.parseAll(each.yaml, options: lenient) }
      }
    }
    #expect(composed == 27)
    // Their syntax is right, but their keys are not unique.
    #expect(refused == ["2JQS", "X38W"])
  }

  @Test(arguments: ["\r\n", "\r"]) func otherLineBreaksReadTheSame(lineBreak: String) throws {
    for each in SuiteCase.all where !each.yaml.contains("\r") {
      let text = each.yaml.split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: lineBreak)
      let events = try? YAML.events(bytes: Array(text.utf8))
      if each.error == true {
        #expect(events == nil, "\(each.id)")
      } else {
        #expect(events.map(eventText) == each.event, "\(each.id)")
      }
    }
  }
}
