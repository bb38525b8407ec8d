import EspalierHost
import EspalierProtocols
import Foundation
import Testing

/// Whatever a config says, the answer is a diagnostic that can be printed, and it comes soon.
@Suite struct HostileTests {
  /// The diagnostics in every rendering, and how long all of it took.
  private func codes(
    _ bytes: [UInt8], _ sets: [String] = [], environment: [String: String] = [:],
    files: [String: [UInt8]] = [:]
  ) -> [DiagnosticCode] {
    let loader = ConfigurationLoader(
      catalog: testCatalog, environment: environment,
      files: files.merging(["main.yaml": bytes]) { $1 })
    do throws(ConfigurationProblems) {
      let run = try loader.load("main.yaml", sets: sets)
      // What is accepted, however strange, is shown so that it reads back the same.
      let shown = run.yaml(.init(showsOrigins: true))
      let again = ConfigurationLoader(catalog: testCatalog, files: ["a.yaml": Array(shown.utf8)])
      #expect((try? again.load("a.yaml"))?.configValue == run.configValue, "\(shown)")
      return run.warnings.map(\.code)
    } catch {
      #expect(!DiagnosticText(colour: true).text(error).isEmpty)
      #expect(!error.json.isEmpty && !error.description.isEmpty)
      #expect(DiagnosticText().text(error).utf8.count < 200_000)
      return error.diagnostics.map(\.code)
    }
  }

  private func codes(_ text: String, _ sets: [String] = []) -> [DiagnosticCode] {
    codes(Array(text.utf8), sets)
  }

  @Test func nesting() {
    #expect(codes(String(repeating: "[", count: 10_000)) == [.tooLarge])
    #expect(codes(String(repeating: "{a: ", count: 10_000)) == [.tooLarge])
    let deep =
      String(repeating: "{residual: {layers: [", count: 25) + "relu"
      + String(repeating: "]}}", count: 25)
    #expect(codes(needed.replacing("model: [", with: "model: [\(deep), ")) == [])
    let blocks = (0..<10_000).map { String(repeating: " ", count: $0 % 500) + "a:\n" }.joined()
    #expect(!codes(blocks).isEmpty)
  }

  @Test func aliasBombs() {
    var text = "x-a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for level in 1...9 {
      let many = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "x-a\(level): &a\(level) [\(many)]\n"
    }
    #expect(codes(text + needed) == [.tooLarge])
  }

  @Test func includeBombs() {
    var files: [String: [UInt8]] = [:]
    for level in 0..<12 {
      files["f\(level).yaml"] = Array("include: [f\(level + 1).yaml, f\(level + 1).yaml]\n".utf8)
    }
    files["f12.yaml"] = Array("training: {epochs: 3}\n".utf8)
    let found = codes(Array(("include: f0.yaml\n" + needed).utf8), files: files)
    #expect(found.contains(.includeTooMany) && found.count < 20)
  }

  @Test func bytes() {
    #expect(codes([0xFF, 0xFE, 0x00]).count == 1)
    #expect(codes([0xC3, 0x28]) == [.encoding])
    #expect(codes([0x00]).count == 1)
    #expect(codes(Array("a: \u{1B}[31mred".utf8)).count == 1)
    #expect(codes([]) == [.notAConfig])
    for byte in UInt8.min...UInt8.max {
      var bytes = Array(needed.utf8)
      bytes[bytes.count / 2] = byte
      _ = codes(bytes)
    }
  }

  @Test func cutsAndSwaps() {
    let bytes = Array(ShowTests.rich.utf8)
    for end in stride(from: 0, to: bytes.count, by: 7) { _ = codes(Array(bytes[..<end])) }
    let strange = Array("{}[]:,-&*!|>'\"%@`#\n\t ~$".utf8)
    for (index, place) in stride(from: 3, to: bytes.count, by: 5).enumerated() {
      var changed = bytes
      changed[place] = strange[index % strange.count]
      _ = codes(changed)
    }
  }

  /// `ESPALIER_FUZZ=100000` tries more.
  @Test func mutations() {
    let tries =
      ProcessInfo.processInfo.environment["ESPALIER_FUZZ"].flatMap { Int($0) } ?? 300
    var random = CounterRandom(seed: 1, stream: "mutations")
    func draw(_ count: Int) -> Int { Int(random.next() % UInt64(max(count, 1))) }
    let pieces = [
      "{", "}", "[", "]", ":", ": ", "- ", ",", "&a ", "*a", "<<: *a", "!!str ", "|\n", ">\n", "'",
      "\"",
      "${env:X}", "${", "null", "name", "include: main.yaml\n", "adam", "dense", "relu", "\n",
      "\n  ",
      "\t", "#", "? ", "-0", "1e999", "..", "---\n", "%", "x-a: ", "layers", "units", "residual",
    ].map { Array($0.utf8) }
    for _ in 0..<tries {
      var bytes = Array((draw(2) == 0 ? ShowTests.rich : needed).utf8)
      for _ in 0...draw(4) {
        let start = draw(bytes.count)
        let end = min(bytes.count, start + draw(12))
        if draw(3) > 0 { bytes.removeSubrange(start..<end) }
        let piece =
          draw(4) == 0 ? Array(bytes[..<min(draw(60), bytes.count)]) : pieces[draw(pieces.count)]
        bytes.insert(contentsOf: piece, at: min(start, bytes.count))
      }
      _ = codes(bytes, environment: ["X": "3"])
    }
  }

  @Test func sets() {
    let long = String(repeating: "x", count: 100_000)
    #expect(codes(needed, ["training.epochs=" + long]) == [.setForm])
    #expect(codes(needed, [String(repeating: "a.", count: 1000) + "a=1"]) == [.setForm])
    #expect(codes(needed, ["model[99999999999999999999].units=1"]) == [.setForm])
    #expect(codes(needed, ["model[9999999].units=1"]) == [.setIndex])
    #expect(codes(needed, ["name=" + String(repeating: "[", count: 5000)]) == [.tooLarge])
    let odd = [
      "", "=", "a", "[0]=1", "model[=1", "model]=1", "model[0=1", "model[-1]=2", "a.=1", ".a=1",
      "model=",
      "model[0]=", "model[0].dense=5", "data=5", "data.source=", "training=[", "x-free.a=1",
      "optimizer.adam.learning_rate.x.y=1", "name[0]=1", "include=a.yaml", "data.source.csv=[1]",
      "a\nb=1", "\u{0}=1", "training.epochs=\u{1B}[0m", "training.epochs=\n\n5",
      "training.epochs=- 1\n- 2",
      "model.dense=1", "optimizer[0]=adam", "optimizer[1]=adam", "metrics.accuracy=1",
    ]
    for set in odd { _ = codes(needed, [set]) }
    for first in odd { _ = codes(needed, odd.filter { $0 != first } + [first]) }
    let keys = (0..<5000).map { "k\($0): 1" }.joined(separator: ", ")
    #expect(codes(needed, ["training={\(keys)}"]).count == 5000)
  }

  @Test func texts() {
    let long = String(repeating: "y", count: 300_000)
    #expect(codes(needed + "\(long): 1\n").count == 1)
    #expect(codes(needed + "training: {epochs: \(long)}\n") == [.wrongType])
    #expect(codes(needed.replacing("adam", with: String(long.prefix(900)))) == [.unknownPlugin])
    #expect(codes(needed + "metrics: [\u{202E}evil, \"\\e[2J\"]\n").count == 2)
    let printed = DiagnosticText().text(
      ConfigurationProblems(problems(needed + "metrics: [\"\\e[2J\"]\n")))
    #expect(!printed.unicodeScalars.contains("\u{1B}"))
    let value = "\u{1B}]0;title\u{7}" + long
    let found = codes(
      Array((needed + "training: {epochs: '${env:X}'}\n").utf8), environment: ["X": value])
    #expect(found == [.wrongType])
  }

  @Test func strangeButWellFormed() {
    let values = [
      "null", "{}", "[]", "''", "1", "-1", "1e400", "-.inf", ".nan", "true", "[[]]", "{a: {b: {}}}",
      "[null]", "{null: null}", "{? [a] : b}", "!!binary aGk=", "!x y", "9223372036854775808",
      "\"\\0\"",
      "{<<: {a: 1}}", "[{}, {}]", "{adam: {adam: {}}}", "{dense: {units: 1e15}}", "!!str",
      "0x7fffffffffffffff",
    ]
    let paths = [
      "name", "data", "model", "loss", "optimizer", "schedule", "regularizers", "callbacks",
      "metrics",
      "training", "backend", "output", "data.source", "data.split", "data.split.stratify",
      "training.epochs", "training.seed", "training.shuffle", "optimizer.adam", "include",
      "optimizer.adam.learning_rate", "model[0]", "model[0].dense.units",
      "model[0].dense.activation",
      "model[0].dense.initializer", "loss.cross_entropy.class_weights", "model[0].name",
      "data.source.csv.target", "data.source.csv.path", "callbacks[0]",
    ]
    for path in paths {
      for value in values {
        _ = codes(needed, ["\(path)=\(value)"])
        if !path.contains(".") && !path.contains("[") {
          let lines = needed.split(separator: "\n").filter { !$0.hasPrefix(path + ":") }
          _ = codes(lines.joined(separator: "\n") + "\n\(path): \(value)\n")
        }
      }
    }
  }
}
