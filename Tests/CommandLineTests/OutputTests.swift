import Testing

@testable import EspalierCommandLine

@Suite struct OutputTests {
  @Test func columns() {
    #expect(
      Columns.text([["a", "1"], ["long", "22"]], [.left, .right]) == "a      1\nlong  22\n")
    #expect(Columns.text([["a", ""], ["b", "c"]], margin: "  ") == "  a\n  b  c\n")
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (0.42134, "0.4213"), (12.3456, "12.35"), (1234.56, "1235"),
    (-0.5, "-0.5"), (0.0000123, "1.23e-05"), (.nan, "nan"), (-.infinity, "-inf"),
    (0.99999, "1"),
  ])
  func brief(_ value: Double, _ text: String) { #expect(Columns.brief(value) == text) }

  @Test func results() {
    let text = ResultTable.text(["train": ["accuracy": 0.5, "loss": 2], "test": ["loss": 1.25]])
    #expect(
      text == """
                  train  test
        loss          2  1.25
        accuracy    0.5

        """)
  }

  @Test func jsonLines() {
    let value = JSON.line(
      .table([
        .init("a", .list([.integer(1), .null, JSON.number(.nan)])), .init("b", .text("\"x\"\n")),
      ]))
    #expect(value == #"{"a":[1,null,null],"b":"\"x\"\n"}"# + "\n")
  }

  @Test func pathsForShells() {
    #expect(TrainingReport.quoted("runs/a-1.b") == "runs/a-1.b")
    #expect(TrainingReport.quoted("my run") == "'my run'")
    #expect(TrainingReport.quoted("it's") == #"'it'\''s'"#)
    #expect(TrainingReport.quoted("") == "''")
  }
}
