import EspalierYAML
import Testing

/// A large text is read in a time that nobody notices.
@Suite struct SpeedTests {
  /// Generous, for a build for debugging; in a release build they take some 0.1 s.
  private let bound = Duration.seconds(8)

  private func time(_ text: String) throws -> Duration {
    try threadTime { _ = try YAML.parse(text) }
  }

  @Test func aMegabyteOfConfig() throws {
    var text = ""
    var index = 0
    while text.utf8.count < 1 << 20 {
      text += """
        layer\(index):
          kind: dense  # as before
          units: [64, 128, 256]
          rate: 1e-3
          note: "a quoted text"
          options:
            - {name: a, value: true}
            - name: b
              value: 0.5

        """
      index += 1
    }
    #expect(try time(text) < bound)
  }

  @Test func aMegabyteOfJSONOnOneLine() throws {
    let entry = "{\"a\":[1,2,3],\"b\":\"text\",\"c\":{\"d\":null}},"
    #expect(
      try time("[" + String(repeating: entry, count: (1 << 20) / entry.utf8.count) + "1]") < bound)
  }

  @Test func aMegabyteOfText() throws {
    let line = "  a line of text that goes on for a while\n"
    let lines = String(repeating: line, count: (1 << 20) / line.utf8.count)
    for text in ["a: |\n" + lines, "a: >\n" + lines, "a:\n" + lines, "a: \"\n" + lines + "  \""] {
      #expect(try time(text) < bound)
    }
  }
}
