import EspalierHost
import EspalierProtocols
import Foundation
import Testing

@Suite struct DiagnosticTests {
  @Test func everyCodeIsExplained() {
    for code in DiagnosticCode.allCases {
      #expect(code.explanation.count > 40, "\(code)")
      #expect(code.explanation.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(code)")
      #expect(DiagnosticCode(typed: code.rawValue.lowercased()) == code)
      #expect(DiagnosticCode(typed: String(code.rawValue.dropFirst())) == code)
    }
    #expect(Set(DiagnosticCode.allCases.map(\.rawValue)).count == DiagnosticCode.allCases.count)
    #expect(DiagnosticCode(typed: "E9999") == nil)
    // A number stands for one thing, whatever letter is before it.
    #expect(
      Set(DiagnosticCode.allCases.map { $0.rawValue.dropFirst() }).count
        == DiagnosticCode.allCases.count)
  }

  @Test func everyCodeHasAWrongConfig() throws {
    let expected = try WrongConfigTests.names.map {
      try fixture("wrong/" + ($0 as NSString).deletingPathExtension + ".expected")
    }.joined()
    // Other tests: a file that is not there, bombs, what shows only with the data, packages, sweeps, what only
    // a run in Swift can get wrong, files of ensembles, and combinations of built-in plugins.
    let elsewhere: Set<DiagnosticCode> = [
      .unreadableFile, .includeTooMany, .normalizedTooLate, .piecesDoNotDivide, .imagesExpected,
      .packageCheck, .doubledOutput, .missingOutput, .pointsForMetrics, .dropoutBeforeNormalization,
      .scheduleLength, .ensembleUnusable,
      .nothingBetween, .uselessBias, .noZeros, .epochNotReached,
    ]
    for code in DiagnosticCode.allCases
    where !["E02", "E03", "E04"].contains(code.rawValue.prefix(3)) {
      if elsewhere.contains(code) { continue }
      #expect(expected.contains("[\(code.rawValue)]"), "\(code)")
    }
  }

  @Test func oneLine() {
    let found = problems(needed + "training: {epoch: 5}\n")
    #expect(
      found.map(\.oneLine) == [
        "main.yaml:5:12: error[E0111]: `training` has no key `epoch`; "
          + "did you mean `epochs`? (whole number, x ≥ 1, default 10)"
      ])
    #expect(found.first?.suggestion == "epochs" && found.first?.path == "training.epoch")
  }

  @Test func json() throws {
    let text = ConfigurationProblems(
      problems(needed + "training: {epochs: \"a\\\"b\\u0001\", epochs: 5}\n")
    ).json
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(object?["errors"] as? Int == 2)
    let list = try #require(object?["diagnostics"] as? [[String: Any]])
    #expect(list.compactMap { $0["code"] as? String } == ["E0120", "E0107"])
    #expect(list[0]["line"] as? Int == 5 && list[0]["column"] as? Int == 20)
    #expect(list[0]["path"] as? String == "training.epochs")
    #expect(list[0]["allowed"] as? String == "a whole number")
    #expect((list[1]["notes"] as? [[String: Any]])?.first?["column"] as? Int == 12)
  }

  @Test func colour() {
    let list = ConfigurationProblems(problems(needed + "training: {epoch: 5}\n"))
    let coloured = DiagnosticText(colour: true).text(list)
    #expect(coloured.contains("\u{1B}[1;31merror[E0111]\u{1B}[0m"))
    let plain = DiagnosticText().text(list)
    var stripped = coloured
    for style in ["1;31", "1;33", "1;34", "1;36", "1", "0"] {
      stripped = stripped.replacing("\u{1B}[\(style)m", with: "")
    }
    #expect(stripped == plain)
  }

  @Test func manyAreCounted() {
    let keys = (0..<80).map { "  k\($0): 1" }.joined(separator: "\n")
    let text = DiagnosticText(limit: 10).text(
      ConfigurationProblems(problems(needed + "training:\n" + keys)))
    #expect(text.contains("… and 70 more"))
    #expect(text.hasSuffix("80 errors; `espalier explain E0111` says more\n"))
  }

  @Test func oneMistakeThroughAnAliasIsToldOnce() {
    let found = problems(
      needed.replacing("model: [", with: "model: [&d {dense: {units: 0}}, *d, *d, "))
    #expect(found.map(\.code) == [.outOfRange])
  }

  @Test(arguments: [
    ("lerning_rate", "learning_rate"), ("learningRate", "learning_rate"), ("lr", "learning_rate"),
    ("learning-rate", "learning_rate"), ("rate", "learning_rate"), ("epoc", "epochs"),
    ("epcohs", "epochs"), ("bs", "batch_size"), ("batch", "batch_size"), ("sed", "seed"),
  ])
  func suggestions(_ written: String, _ meant: String) {
    let names = ["learning_rate", "epochs", "batch_size", "seed", "shuffle", "momentum"]
    #expect(Suggestion.nearest(written, among: names).first == meant)
  }

  @Test(arguments: ["zebra", "x", "", "ep", "momentous_occasions", "１２３"])
  func noSuggestion(_ written: String) {
    let names = ["learning_rate", "epochs", "batch_size", "seed", "shuffle"]
    #expect(Suggestion.nearest(written, among: names) == [])
  }
}
