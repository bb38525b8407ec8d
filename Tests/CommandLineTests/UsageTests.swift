import Espalier
import EspalierCommandLine
import Testing

@Suite struct UsageTests {
  @Test func version() {
    #expect(espalier("version").output == "espalier \(espalierVersion)\n")
    #expect(espalier("--version").output == "espalier \(espalierVersion)\n")
    let outcome = espalier("version", "--json")
    #expect(outcome.status == 0)
    let value = try? json(outcome.output) as? [String: Any]
    #expect(value?["version"] as? String == espalierVersion)
  }

  @Test func anotherProgramSaysSo() {
    let tool = CommandLineTool(name: "acme", catalog: { .init() }, defaults: { .standard })
    let output = Recording()
    _ = tool.run(["version"], console: Console(output: output, error: Recording()))
    #expect(output.text == "acme (espalier \(espalierVersion))\n")
  }

  @Test func nothingAtAll() {
    let outcome = espalier()
    #expect(outcome.status == 2)
    #expect(outcome.output == "")
    #expect(outcome.error.hasPrefix("espalier: trains neural networks"))
  }

  @Test(arguments: [
    ("trian x.yaml", "there is no command `trian`; did you mean `train`?", "help"),
    ("digits.yaml", "there is no command `digits.yaml`; did you mean `train digits.yaml`?", "help"),
    ("check x.yaml", "there is no command `check`; did you mean `config check`?", "help"),
    ("fit x.yaml", "there is no command `fit`; did you mean `train`?", "help"),
    (
      "optimizers", "there is no command `optimizers`; did you mean `plugins list optimizers`?",
      "help"
    ),
    (
      "train x.yaml --epoch 3", "`train` has no option `--epoch`; did you mean `--epochs`?",
      "help train"
    ),
    (
      "train", "CONFIG is missing: the config of the run, or --resume with a run's folder",
      "help train"
    ),
    (
      "train x.yaml --resume runs/a",
      "the run in runs/a has its config with it: leave x.yaml out, and change values with --set",
      "help train"
    ),
    (
      "train --resume runs/a --force",
      "--resume goes on in its own folder: leave --output and --force out", "help train"
    ),
    (
      "train x.yaml --progress bars",
      "--progress takes one of auto, bar, plain, json, none, not `bars`; did you mean `bar`?",
      "help train"
    ),
    (
      "evaluate runs/a --split tset",
      "--split takes one of test, validation, train, not `tset`; did you mean `test`?",
      "help evaluate"
    ),
    (
      "evaluate runs/a --split test --input a.csv",
      "--split means the run's own data, --input another file: leave one out", "help evaluate"
    ),
    (
      "predict runs/a",
      "--input FILE is missing: the samples: a file, a folder of images; - reads standard input",
      "help predict"
    ),
    (
      "report", "RUN is missing: the folder of a run, of several, or of a search", "help report"
    ),
    (
      "report runs/a --better most", "--better takes one of higher, lower, not `most`",
      "help report"
    ),
    ("plugins", "`plugins` needs one more word: `list` or `show`", "help plugins"),
    (
      "plugins list optimizrs",
      "KIND takes a kind of plugin, not `optimizrs`; did you mean `optimizers`?",
      "help plugins list"
    ),
    (
      "plugins show adamm", "there is no plugin named `adamm`; did you mean `adam`?",
      "help plugins show"
    ),
    (
      "plugins show relu --kind optimizer",
      "there is no optimizer named `relu`; it is an activation", "help plugins show"
    ),
    ("explain E9999", "there is no code `E9999`", "help explain"),
    (
      "explain relu", "`relu` is no code but an activation; did you mean `plugins show relu`?",
      "help explain"
    ),
    ("completions tcsh", "SHELL takes one of bash, zsh, fish, not `tcsh`", "help completions"),
    ("help plugin", "there is no command `plugin`; did you mean `plugins`?", "help help"),
    ("help train more", "`train` has no commands of its own", "help train"),
  ])
  func wrong(_ line: String, _ message: String, _ help: String) {
    let tool = CommandLineTool(
      name: "espalier", catalog: { try defaultCatalog() }, defaults: { .standard })
    let output = Recording()
    let error = Recording()
    let status = tool.run(
      line.split(separator: " ").map(String.init), console: Console(output: output, error: error))
    #expect(status == 2)
    #expect(output.text == "")
    let first = error.text.split(separator: "\n").first.map(String.init) ?? ""
    #expect(first.hasPrefix("error: \(message)"))
    #expect(error.text.hasSuffix("`espalier \(help)` tells more\n"))
    #expect(error.text.split(separator: "\n").count == 2)
  }

  @Test func lostOutputIsAFailure() {
    let tool = CommandLineTool(name: "espalier", catalog: { .init() }, defaults: { .standard })
    let error = Recording()
    let output = Recording(problem: "No space left on device")
    #expect(tool.run(["version"], console: Console(output: output, error: error)) == 1)
    #expect(error.text == "error: standard output: No space left on device\n")
  }

  @Test func bundlesThatClash() {
    let tool = CommandLineTool(
      name: "espalier",
      catalog: {
        try defaultCatalog(adding: [PluginBundle("activations") { ReLUStandIn.self }])
      }, defaults: { .standard })
    let error = Recording()
    let status = tool.run(
      ["plugins", "list"], console: Console(output: Recording(), error: error))
    #expect(status == 1)
    #expect(
      error.text
        == "error: two bundles are named `activations`: one of Espalier \(espalierVersion) "
        + "(module EspalierActivations), one of module CommandLineTests; "
        + "give one of them another name, or leave it out\n")
  }

  private struct ReLUStandIn: Activation {
    static let manifest = Manifest("relu", "x")
    func callAsFunction(_ x: Tensor) -> Tensor { x }
  }

  /// The form in which a user's program begins; that it compiles is the test.
  @Test func entryPoint() {
    let main: @MainActor ([PluginBundle], [String]?) async -> Never =
      Espalier.main(adding:arguments:)
    _ = main
    #expect(builtInBundles.count == 20)
  }
}
