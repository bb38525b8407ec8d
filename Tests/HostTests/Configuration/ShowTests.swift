import EspalierHost
import EspalierProtocols
import Foundation
import Testing

@Suite struct ShowTests {
  static let rich = """
    name: "a: b #c ${env:NOTHING:-x} $${y}"
    data:
      source:
        csv: {path: tables/a.csv, target: [x, "true", "1e3", "", "ü, [z]"], separator: "\\t"}
      split: {validation: 0.25, stratify: false}
      normalize: [standardize, {min_max: {low: -1}}]
    model:
      - dense: {units: 8, activation: {leaky_relu: {slope: 0.1}}, initializer: he_normal, name: one}
      - swish: {name: s}
      - residual:
          layers: [{dense: {units: 8}}, relu, {residual: {layers: flatten, activation: null}}]
      - dense: {units: 10}
    loss: {cross_entropy: {label_smoothing: 0.1, class_weights: {"no": 1, b c: 2.5e-7}}}
    optimizer: {sgd: {learning_rate: 1e-5, momentum: 0.9}}
    schedule: {warmup: {steps: 10, then: {plateau: {monitor: train_loss}}}}
    callbacks: [{gradient_clipping: {norm: 1}}, early_stopping]
    metrics: [accuracy, {f1: {average: weighted}}]
    """

  @Test(arguments: [needed, rich]) func readAgainItIsTheSame(_ text: String) throws {
    let run = try load(text)
    let shown = run.yaml()
    let again = try load(shown)
    #expect(again.configValue == run.configValue)
    #expect(again.yaml() == shown)
    let origins = run.yaml(.init(showsOrigins: true))
    #expect(try load(origins).configValue == run.configValue)
  }

  @Test func texts() throws {
    // Texts that mean something in YAML, in every place where a text may stand.
    let texts = [
      "a", "no", "null", "~", "1", "1e3", "0x1F", "-", "- a", "a: b", "a #b", "#", "[x", "{", "}",
      "*a",
      "&a", "!t", "|", ">", "'", "\"", "a\"b", "%", "@", "`", "x\ny", "x\n", "\tx", " x ", "ü",
      "日本",
      "${env:X}", "$${env:X}", "$", "$$", "a, b", "a]", "?", ":", "a:", "=", "<<", "\\", "\u{85}",
      "\u{2028}", "\u{7F}", ".nan", "2026-01-01", "$x",
    ]
    for text in texts {
      var run = try load(needed)
      run.name = text
      run.data.source = {
        var source = TestCSV()
        source.path = "a"
        source.target = [text, text]
        source.separator = text
        return source
      }()
      let again = try load(run.yaml())
      #expect(again.configValue == run.configValue, "\(text.debugDescription)\n\(run.yaml())")
    }
  }

  @Test func numbers() throws {
    for number in [1e-3, 1e-5, 1e22, 0.1, 123456.789, 5e-324, 1.7e308, 3, 1.0 / 3] {
      let run = try load(needed, ["optimizer.learning_rate=\(number)"])
      #expect((try load(run.yaml()).optimizer as? TestAdam)?.learningRate == number)
    }
  }

  @Test func whatItLooksLike() throws {
    let files = [
      "runs/main.yaml": "include: base.yaml\ntraining: {epochs: 3}", "runs/base.yaml": needed,
    ]
    let run = try load(files, ["training.seed=5"], path: "runs/main.yaml")
    for (name, text) in [
      ("plain", run.yaml(.init(folder: "runs/main"))),
      ("origins", run.yaml(.init(showsOrigins: true, schema: "schema.json"))),
    ] {
      if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
        let path = WrongConfigTests.folder.appendingPathComponent("../show/\(name).yaml")
        try text.write(to: path, atomically: true, encoding: .utf8)
      }
      #expect(try text == fixture("show/\(name).yaml"))
    }
  }
}
